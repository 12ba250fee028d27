package import Deployments
import Profiles
package import Schema
import Values
import YAML

/// An additional mount as it is written.
package struct VolumeChoice: Sendable {
  /// The mount.
  package let mount: Mount
  /// The text as it was written.
  package let text: String
  /// Whether the author confirms that the mount can expose the host.
  var isUnsafe = false
  /// How SELinux lets the server read the mount, or nil to use the instance's setting.
  var selinux: SELinuxChoice?
}

extension VolumeChoice {
  /// Returns why an instance cannot have a mount 'SOURCE:TARGET[:OPTIONS]'; nil if it can.
  package static func refusal(of text: String) -> String? {
    do throws(Refusal) {
      _ = try ValueType<VolumeChoice>.parse(text)
      return nil
    } catch {
      return error.reason
    }
  }
}

/// A mount that is written as a mapping.
package struct VolumeSection: Record {
  var source: Located<String>?
  var target: Located<String>?
  var options: Located<[Located<String>]>?
  var unsafe: Located<Bool>?
  var selinux: Located<SELinuxChoice>?

  package init() {}

  package static let fields = FieldTable<VolumeSection, Never>([
    Field(
      "source", \.source, .text(limit: 4096), required: true,
      "A path of the host, '~/path', or the name of a volume."),
    Field("target", \.target, .text(limit: 4096), required: true, "The path in the container."),
    Field(
      "options", \.options, .list(of: .text(limit: 10), distinct: true),
      "The mount options: ro, rw, z, Z and U."),
    Field(
      "selinux", \.selinux, .choice(), default: "the instance's",
      "How SELinux lets the server read it: a shared label, a private label, or no label."),
    Field(
      "unsafe", \.unsafe, .boolean, default: "false",
      "Whether the server may see it, although it could be used to take over the host."),
  ])
}

extension ValueType where Value == VolumeChoice {
  /// 'SOURCE:TARGET[:OPTIONS]', or a mapping with the same parts.
  static let volume = ValueType(
    name: "a mount",
    schema: [
      .init(
        "anyOf",
        [
          .set(shortVolume.schema),
          .set(ValueType<VolumeSection>.record(VolumeSection.self).schema),
        ])
    ],
    plain: { volume in
      guard volume.isUnsafe || volume.selinux != nil else { return .text(volume.text) }
      return .set([
        "source": .text(volume.mount.source.text), "target": .text(volume.mount.target.text),
        "options": volume.mount.options.isEmpty
          ? nil : .texts(volume.mount.options.map(\.rawValue)),
        "selinux": volume.selinux.map { .text($0.rawValue) },
        "unsafe": volume.isUnsafe ? true : nil,
      ])
    },
    read: { node, reading in
      guard node.entries != nil else { return shortVolume.read(node, reading) }
      guard let section = VolumeSection.fields.read(node, reading), let source = section.source,
        let target = section.target
      else { return nil }
      let options = (section.options?.value ?? []).map(\.value).joined(separator: ",")
      let text = source.value + ":" + target.value + (options.isEmpty ? "" : ":" + options)
      do throws(Refusal) {
        var volume = try parse(text)
        volume.isUnsafe = section.unsafe?.value ?? false
        volume.selinux = section.selinux?.value
        let labels: [Mount.Option] = [.sharedLabel, .privateLabel]
        if volume.selinux != nil, volume.mount.options.contains(where: labels.contains) {
          throw Refusal(
            "has both 'selinux' and the option 'z' or 'Z'", help: "remove one of them")
        }
        return volume
      } catch {
        reading.refuse(node, error)
        return nil
      }
    })

  private static let shortVolume = parsed(
    "a mount",
    pattern: #"^(?!~/[^:]*\.volume[/:])(?![^/~:]*:.*\.volume)"#
      + "([A-Za-z0-9][A-Za-z0-9_-]*|~?/[^:]+):/[^:]+(:((ro|rw|z|Z|U)(,|$))*)?$",
    plain: { .text($0.text) }
  ) { (text) throws(Refusal) in try parse(text) }

  fileprivate static func parse(_ text: String) throws(Refusal) -> VolumeChoice {
    // Splits by bytes, as Podman does: some characters combine with a ':' before them.
    let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
      .map { String(Substring($0)) }
    let shape = Refusal(
      "must be 'SOURCE:TARGET' or 'SOURCE:TARGET:OPTIONS', found '\(text.abbreviated)'",
      help: "a source is '/path', '~/path' or the name of a volume; a target is '/path'")
    guard (2...3).contains(parts.count), let target = ContainerPath(parts[1]) else { throw shape }
    let source: Mount.Source
    if let path = HostPath(parts[0]) {
      source = .path(try path.refusingUnits())
    } else if let name = ResourceName(parts[0]) {
      source = .store(name)
      _ = try target.refusingUnits()
    } else {
      throw shape
    }
    var options: [Mount.Option] = []
    for word in parts.count == 3 ? parts[2].split(separator: ",") : [] {
      guard let option = Mount.Option(rawValue: String(word)) else {
        throw Refusal(
          "has the unknown mount option '\(String(word).abbreviated)'",
          help: "the known options are ro, rw, z, Z and U")
      }
      options.append(option)
    }
    for (one, other) in [
      (Mount.Option.readOnly, Mount.Option.readWrite), (.sharedLabel, .privateLabel),
    ]
    where options.contains(one) && options.contains(other) {
      throw Refusal(
        "has both '\(one.rawValue)' and '\(other.rawValue)'", help: "remove one of them")
    }
    return VolumeChoice(mount: Mount(source, at: target, options: options), text: text)
  }
}
