import Diagnostics
import Schema
import Workspaces

extension Reference {
  /// The page of `instances.yaml`.
  static var instances: String {
    Markdown.page(
      "`instances.yaml`",
      "The servers. The link `active/<instance>.yaml` selects the profile that each one serves.",
      [
        Markdown.section("The file", InstancesDocument.fields.markdown()),
        Markdown.section(
          "An instance, and `defaults`",
          "`defaults` has the same keys, except \(keysOfInstances).\n\n"
            + InstanceSection.fields.markdown()),
        Markdown.section(
          "A companion",
          """
          A program without a model of its own. [many-models.md](../guide/many-models.md) explains when to use \
          one, and which keys each kind has.


          """ + CompanionSection.fields.markdown()),
        Markdown.section("A target", TargetSection.fields.markdown()),
        Markdown.section("`storage` of a target", StorageSection.fields.markdown()),
        Markdown.section("An item of `nodes`", NodePoolSection.fields.markdown()),
        Markdown.section("An item of `tolerations`", TolerationSection.fields.markdown()),
        Markdown.section(
          "A secret: `token`, `api_key`, and each of `secrets`",
          "The name of a Podman secret, or a mapping with `secret` or `environment_file`.\n\n"
            + SecretSection.fields.markdown()),
        Markdown.section("`limits`", LimitSettings.fields.markdown()),
        Markdown.section(
          "An item of `volumes`, as a mapping", VolumeSection.fields.markdown()),
        Markdown.section(
          "`quadlet`",
          """
          `Unit`, `Container` and `Service` hold keys of podman-systemd.unit(5), systemd.unit(5) and \
          systemd.service(5), each with a value or a list of values. Keys that weaken the machine's security \
          also need `unsafe: true`. [units.md](../guide/units.md) explains when to use them.
          """),
        Markdown.section("`apply`", ApplySettings.fields.markdown()),
        Markdown.section("`host`", HostSettings.fields.markdown()),
        Markdown.section("An item of `host.gpus`", HostGPU.fields.markdown()),
      ])
  }

  /// The keys of an instance that `defaults` does not have.
  private static var keysOfInstances: String {
    let shared = Set(InstanceSettings.fields.all.map(\.key))
    let keys = InstanceSection.fields.all.map(\.key).filter { !shared.contains($0) }
    return Phrase.allOf(keys.map(Markdown.code))
  }
}
