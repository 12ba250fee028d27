import Catalogues
import Deployments
import Diagnostics
import Schema

/// The router mode of llama-server: without a model on its command line, it starts a process for each
/// model that requests name, with the options of the model's section in a file of presets.
extension LlamaCpp {
  package static let servesSeveralModels = true

  private static let presets = EnvironmentVariable.Name(literal: "AMM_PRESETS")

  /// Returns the launch of a router.
  ///
  /// All options of a model are in the file, because options on the router's command line override
  /// those of every model (llama.cpp b11434, tools/server/README.md).
  package static func launch(of models: [LaunchedProfile]) throws(ModelConflict) -> Launch? {
    guard models[0].profile.entrypoint == nil else {
      throw ModelConflict(
        1, "cannot be added: the profile of the link sets 'container.entrypoint'",
        help: "remove it, or use another instance")
    }
    var launch = models[0].launch
    var router: [String] = []
    var sections: [String] = []
    var targets: Set<ContainerPath> = []
    for (place, model) in models.enumerated() {
      let (own, section) = try split(model, at: place)
      if place == 0 { router = own }
      sections.append(section)
      for mount in model.launch.mounts {
        if targets.insert(mount.target).inserted {
          if place > 0 { launch.mounts.append(mount) }
        } else if !launch.mounts.contains(mount) {
          throw ModelConflict(
            place, "mounts another file at '\(mount.target.text)'",
            help: "rename one of the two files")
        }
      }
    }
    let text = "version = 1\n" + sections.map { "\n" + $0 }.joined()
    guard Argument(text) != nil else {
      throw ModelConflict(
        models.count - 1, "makes the presets too long", help: "use another instance for some models"
      )
    }
    launch.arguments = []
    // A variable contains the file, so that the machine needs none.
    launch.entrypoint = PlainText(literal: "/bin/sh")
    launch.add(
      "-c",
      "printf %s \"$AMM_PRESETS\" > /tmp/presets.ini && PATH=/app:$PATH exec llama-server \"$@\"",
      "llama-server", "--host", "0.0.0.0", "--port", "8080", "--models-preset", "/tmp/presets.ini")
    // By default, four models would share the memory that is planned for one.
    if !router.contains("--models-max") { launch.add("--models-max", "1") }
    for word in router { launch.add(word) }
    launch.set(presets, text)
    return launch
  }

  /// Returns the options of a launch that are the router's, and the section with all others.
  private static func split(
    _ model: LaunchedProfile, at place: Int
  ) throws(ModelConflict) -> (router: [String], section: String) {
    guard let catalogue = model.profile.table?.catalogue else {
      throw ModelConflict(
        place, "has an image whose options amm does not know",
        help: "use an image of llama.cpp with a known build")
    }
    let words = model.launch.arguments.map { Located($0, .fileStart) }
    var router: [String] = []
    var lines = ["[\(model.launch.model)]"]
    // Loaded when the server starts, so that the first request does not wait.
    if place == 0 { lines.append("load-on-startup = true") }
    var seen: Set<String> = []
    for given in GivenOptions(words, Self.self, catalogue).options {
      let name = given.option?.names.first ?? given.name
      let values = given.values.map(\.value)
      if ["--host", "--port", "--alias"].contains(name) { continue }
      if name.hasPrefix("--models-") || given.name.hasPrefix("--no-models-") {
        if place == 0 { router += [given.name] + values }
        continue
      }
      guard values.count < 2, seen.insert(name).inserted else {
        throw ModelConflict(
          place, "sets '\(given.name)' in a way that presets do not support",
          help: "use another instance for this model")
      }
      let value = values.first ?? "true"
      // common/preset.cpp reads ' #' and ';' as the start of a comment.
      guard !value.contains(where: { "#;\n\r".contains($0) }) else {
        throw ModelConflict(
          place,
          "sets '\(given.name)' to a text with '#', ';' or a line break, which presets cut off",
          help: "use another instance for this model")
      }
      lines.append(String(given.name.drop { $0 == "-" }) + " = " + value)
    }
    return (router, lines.map { $0 + "\n" }.joined())
  }
}
