import Diagnostics
import Schema
import Text

/// Units of a user's manager, which has other targets than the machine's manager.
enum UserUnit {
  /// Targets that only the machine's manager has (systemd 258, units and units/user).
  private static let targets: Set = ["multi-user.target", "graphical.target"]

  /// The folders of users' units.
  private static let folders = [
    "/.config/containers/systemd/", "/etc/containers/systemd/users/",
    "/.config/systemd/user/", "/.local/share/systemd/user/", "/etc/systemd/user/",
    "/usr/lib/systemd/user/", "/usr/local/lib/systemd/user/",
  ]

  /// The folders of the machine's units.
  private static let ofMachine = [
    "/etc/containers/systemd/", "/usr/share/containers/systemd/", "/etc/systemd/system/",
    "/usr/lib/systemd/system/", "/usr/local/lib/systemd/system/",
  ]

  /// The values of 'Restart=' (systemd 257, systemd.service(5)).
  static let restarts = [
    "no", "always", "on-success", "on-failure", "on-abnormal", "on-abort", "on-watchdog", "",
  ]

  /// Whether a unit is surely one of a user.
  ///
  /// - Parameters:
  ///   - folder: The folder of the file; nil if it is not known.
  ///   - values: The values of its keys.
  ///   - namesUser: Whether it names the user of its program, as only units of the machine do.
  static func isOfUser(
    _ source: SourceFile, in folder: String?, _ values: [String], namesUser: Bool
  ) -> Bool {
    let place = (folder ?? "") + "/"
    if folders.contains(where: place.contains) { return true }
    guard !ofMachine.contains(where: place.contains), !namesUser else { return false }
    return values.contains { $0.replacing("%%", with: "").contains("%h") }
      || String(decoding: source.bytes, as: UTF8.self).contains("systemctl --user")
  }

  /// Returns the target among the words under `WantedBy=` for which a user's manager never starts the unit; nil if
  /// it has one of the others.
  static func missingTarget(of words: [String]) -> String? {
    words.allSatisfy(targets.contains) ? words.first : nil
  }

  /// Returns a problem with such a target.
  static func problem(_ target: String) -> (message: String, help: String) {
    (
      "the manager of a user has no '\(target)', so nothing starts the unit",
      "write 'WantedBy=default.target'"
    )
  }
}
