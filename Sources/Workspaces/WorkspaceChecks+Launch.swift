import Deployments
import Diagnostics
import Profiles
import Schema

extension WorkspaceChecks {
  /// What systemd and Linux take at most, which no single field can see.
  private enum Limits {
    /// systemd reads no line of a unit over 1 MiB; the rest is left for what Podman's generator adds.
    static let line = 1_000_000
    /// An argument of Linux has less than 128 KiB (MAX_ARG_STRLEN), its name and '=' included.
    static let modelFile = 130_000
  }

  static let launchTooLong = WorkspaceCheck(
    Rule(
      "launch-too-long", "All arguments and variables of a server fit into one line of a unit.",
      Explanation(
        """
        Podman's generator makes one line of them. systemd ignores a unit with a line of more than \
        a mebibyte, and Linux refuses to start a program with an argument of 128 kibibytes.
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
  ) { workspace, rule, collector in
    for instance in workspace.instances {
      guard let active = instance.active else { continue }
      let (profile, launch) = (active.profile, active.launch)
      let variables =
        launch.environment.map(\.unitLength)
        + instance.environments.joined().map {
          $0.name.value.text.utf8.count + $0.item.value.unitLength
        }
      let length = (launch.arguments.map(\.text.unitLength) + variables).reduce(0, +)
      let modelFile = launch.modelFile?.text.utf8.count ?? 0
      guard length > Limits.line || modelFile > Limits.modelFile else { continue }
      let found =
        length > Limits.line
        ? "the arguments and variables of '\(instance.name.value.text)' have \(length) bytes; \(Limits.line) fit into a unit"
        : "the Modelfile of '\(instance.name.value.text)' has \(modelFile) bytes; \(Limits.modelFile) can be passed"
      collector.emit(
        rule, instance.name.range, found,
        help: "put long values into a file, and mount it with 'volumes'",
        notes: [
          .init(
            SourceLocation(profile.source, profile.name.range), "most of it comes from this profile"
          )
        ])
    }
  }
}

extension EnvironmentVariable {
  fileprivate var unitLength: Int { name.text.utf8.count + value.unitLength }
}

extension String {
  /// The most bytes that the text takes as a word of a unit, blanks, quotes and option included.
  fileprivate var unitLength: Int {
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
