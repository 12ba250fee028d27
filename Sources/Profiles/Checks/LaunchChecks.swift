import Deployments
import Diagnostics
import Schema
import Values

/// Checks that Linux and systemd can pass a profile's arguments and variables to a program.
package enum LaunchChecks {
  /// systemd reads no line of a unit over 1 MiB; the difference is left for what Podman's generator
  /// adds.
  static let lineLimit = 1_000_000
  /// Linux passes arguments shorter than 128 KiB (MAX_ARG_STRLEN), including a name and '='.
  static let modelFileLimit = 130_000

  static let settingTooLong = Check(
    Rule(
      "setting-too-long", "A list or an object is too long for one argument.",
      Explanation(
        """
        Launchers take some lists as one argument with commas, and objects as one argument of JSON. \
        Linux does not start a program with an argument or a variable of 128 KiB or more, even if \
        each item is short.
        """,
        wrong: """
          tgi:
            lora_adapters:  # forty names of four thousand letters
              - org/first
              # and so on
          """,
        right: """
          tgi:
            lora_adapters: [org/first]
          """,
        source: "Linux, MAX_ARG_STRLEN (include/uapi/linux/binfmts.h)"))
  ) { profile, report in
    for joined in joinedSettings(of: profile) {
      if joined.isEmpty {
        // An empty argument cannot be passed and has no meaning.
        report.collector.emit(
          SchemaRules.missingValue, joined.range, "\(joined.key) has no items",
          help: "add items, or remove the line")
      }
      guard joined.length >= Argument.limit else { continue }
      report(
        joined.range,
        "\(joined.key) has \(joined.length) bytes as an argument of the server; it must be shorter than "
          + "\(Argument.limit)",
        help: "remove items, or shorten them")
    }
  }

  /// Checks for a command line or an environment that is too long for the kernel.
  package static let launchTooLong = Check(
    Rule(
      "launch-too-long", "The arguments and variables of the server are too long for a unit.",
      Explanation(
        """
        Podman's generator writes them to one line. systemd ignores a unit with a line of more than \
        1 MiB, and Linux does not start a program with an argument of 128 KiB or more. Put long \
        values into a file, and mount it.
        """,
        wrong: """
          environment:
            FIRST: &long ...  # 99,000 bytes
            SECOND: *long
            # and so on, twelve times
          """,
        right: """
          # instances.yaml
          instances:
            main: {port: 8080, volumes: [~/models/settings.json:/settings.json:ro]}
          """,
        source: "systemd 257, src/basic/fileio.h (LONG_LINE_MAX); Linux, MAX_ARG_STRLEN"))
  ) { profile, report in
    // amm builds the launch only for the few profiles that could be too long.
    guard profile.weight > 50_000,
      !joinedSettings(of: profile).contains(where: { $0.length >= Argument.limit }),
      let objection = objection(to: Launch.of(profile), with: 0)
    else { return }
    report(
      profile.name.range, "the \(objection)",
      help: "put long values into a file, and mount it with 'volumes'")
  }

  /// Returns the problem if a launch is too long.
  ///
  /// - Parameter more: Bytes that an instance's own variables take in a unit.
  package static func objection(to launch: Launch, with more: Int) -> String? {
    let words = launch.arguments.map(\.text.unitLength) + launch.environment.map(\.unitLength)
    let length = words.reduce(more) { $0.addingSaturated($1) }
    if length > lineLimit {
      return "arguments and variables have \(length) bytes; the limit of a unit is \(lineLimit)"
    }
    let modelFile = launch.modelFile?.text.utf8.count ?? 0
    guard modelFile > modelFileLimit else { return nil }
    return "Modelfile has \(modelFile) bytes; the limit is \(modelFileLimit)"
  }

  /// A setting of several values that is passed as one argument.
  private struct Joined {
    /// The name for messages, such as "'tgi.lora_adapters'".
    let key: String
    let range: SourceRange
    /// Bytes of the argument, including a variable's name and '='.
    var length: Int
    var isEmpty = false
  }

  private static func joinedSettings(of profile: Profile) -> [Joined] {
    var joined: [Joined] = []
    var objects: [String: Int] = [:]
    for setting in profile.settings.own {
      let key = "'\(setting.key)'"
      switch (setting.option, setting.value.value) {
      case (.argument, .list(let items)):
        joined.append(
          Joined(
            key: key, range: setting.value.range, length: length(of: items), isEmpty: items.isEmpty)
        )
      case (.variable(let name), .list(let items)):
        joined.append(
          Joined(
            key: key, range: setting.value.range,
            length: name.utf8.count + 1 + length(of: items), isEmpty: items.isEmpty))
      case (.json(let name, let member), let value):
        let length = member.utf8.count + 4 + JSON.line(value).utf8.count
        if let index = objects[name] {
          joined[index].length += length
        } else {
          objects[name] = joined.count
          joined.append(
            Joined(key: "the value of '\(name)'", range: setting.value.range, length: length + 2))
        }
      default: continue
      }
    }
    return joined
  }

  private static func length(of items: [Value]) -> Int {
    let commas = max(0, items.count - 1)
    return items.reduce(commas) { $0.addingSaturated($1.launchText.utf8.count) }
  }
}

extension Profile {
  /// The approximate number of bytes of its settings, arguments and variables.
  fileprivate var weight: Int {
    let variables = environment.reduce(0) { $0.addingSaturated($1.item.value.utf8.count) }
    let words = arguments.reduce(variables) { $0.addingSaturated($1.value.text.utf8.count) }
    return settings.own.reduce(words) { $0.addingSaturated($1.value.value.weight) }
  }
}

extension Value {
  fileprivate var weight: Int {
    switch self {
    case .text(let text): text.utf8.count
    case .list(let items): items.reduce(0) { $0.addingSaturated($1.weight + 1) }
    case .set(let members): members.reduce(0) { $0.addingSaturated($1.value.weight + 16) }
    default: 8
    }
  }
}

extension EnvironmentVariable {
  /// The maximum number of bytes that it takes in a unit.
  package var unitLength: Int { name.text.utf8.count + value.unitLength }
}

extension String {
  /// The maximum number of bytes of the text in a unit, including spaces, quotes and the option.
  package var unitLength: Int {
    var length = 12
    for byte in utf8 {
      switch byte {
      case 0x09, 0x0A, 0x22, 0x24, 0x25, 0x5C: length += 2
      case ..<0x20, 0x7F: length += 4
      default: length += 1
      }
    }
    return length
  }
}
