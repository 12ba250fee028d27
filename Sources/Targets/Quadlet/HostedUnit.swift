import Deployments

/// The unit of a program that runs on the machine itself.
package enum HostedUnit {
  /// Returns the name of the unit.
  static func name(of program: HostedProgram) -> String { program.name.text + ".service" }

  /// The folder in which the configuration file is installed, with systemd's specifier for the
  /// folder of configurations.
  private static let folder = "%E/containers/systemd/ai-models"
  /// The folders in which users and distributions install programs.
  private static let programs = [
    "%h/.local/bin", "%h/.nix-profile/bin", "/etc/profiles/per-user/%u/bin",
    "/nix/var/nix/profiles/default/bin", "/run/wrappers/bin", "/run/current-system/sw/bin",
    "/usr/local/bin", "/usr/bin", "/bin",
  ]

  /// Returns the paths at which systemd looks for a program, in order.
  ///
  /// - Parameters:
  ///   - home: The user's home folder.
  ///   - user: The user's name.
  package static func programPlaces(for program: String, home: String, user: String) -> [String] {
    programs.map {
      $0.replacing("%h", with: home).replacing("%u", with: user) + "/" + program
    }
  }

  private typealias Entry = UnitFile.Entry

  static func file(of program: HostedProgram) -> UnitFile {
    let words =
      [program.program.text]
      + program.arguments.map { word in
        switch word {
        case .argument(let argument): argument.text
        case .configuration: folder + "/" + program.file
        }
      }
    var file = UnitFile()
    file.add(
      "Unit",
      [
        Entry("Description", .systemd(program.description.text)),
        // A program that is not installed is given up after a minute.
        Entry("StartLimitIntervalSec", .systemd("300")), Entry("StartLimitBurst", .systemd("5")),
      ])
    file.add(
      "Service",
      [
        // Also the search path of the programs that it starts.
        Entry("ExecSearchPath", .specified(programs.joined(separator: ":"))),
        Entry("ExecStart", .specified(words.joined(separator: " "))),
        // Only the program itself gets the signal, and ends those that it started.
        Entry("KillMode", .systemd("mixed")),
        Entry("TimeoutStopSec", .systemd(String(program.grace))),
        Entry("Restart", .systemd("on-failure")), Entry("RestartSec", .systemd("10")),
      ])
    if program.isAutomatic {
      file.add("Install", [Entry("WantedBy", .systemd("default.target"))])
    }
    return file
  }
}
