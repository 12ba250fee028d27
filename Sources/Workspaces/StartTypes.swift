import Diagnostics
import Schema
import Values
import YAML

/// When a server starts, as users choose it.
package enum StartChoice: String, Sendable, CaseIterable {
  /// With the user's session.
  case boot
  /// When a user or a program starts it.
  case manual
  /// When a client connects to its port.
  case onDemand = "on-demand"
}

/// The time after which a server without connections stops.
package enum IdleTime: Sendable, Equatable {
  /// A number of seconds.
  case after(Int)
  case never

  /// The time for a server that starts on demand if none is set.
  static let standard = IdleTime.after(900)

  /// The seconds, or nil for never.
  var seconds: Int? { if case .after(let seconds) = self { seconds } else { nil } }

  /// The time as it is written: `15m` or `never`.
  var text: String {
    guard let seconds else { return "never" }
    for (suffix, length) in Self.units where seconds % length == 0 {
      return "\(seconds / length)\(suffix)"
    }
    return "\(seconds)s"
  }

  fileprivate static let units = [("h", 3600), ("m", 60), ("s", 1)]
  /// From 5 seconds, so that a server does not stop between two requests, to a week.
  fileprivate static let range = 5...604_800
}

extension ValueType where Value == IdleTime {
  /// `15m`, `90s`, `2h` or `never`.
  static let idleTime = parsed(
    "a time such as '15m', or 'never'", pattern: "^(never|[1-9][0-9]{0,6}[smh]?)$", numeric: true,
    examples: ["15m", "2h", "never"], plain: { .text($0.text) }
  ) { (text) throws(Refusal) in
    if text == "never" { return .never }
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let unit = text.dropFirst(digits.count)
    guard (1...7).contains(digits.count), let number = Int(digits),
      let length = unit.isEmpty ? 1 : IdleTime.units.first(where: { $0.0 == unit })?.1
    else {
      throw Refusal(
        "must be a time such as '15m', or 'never', found '\(text.abbreviated)'",
        help: "write a whole number and 's', 'm' or 'h'")
    }
    let seconds = number * length
    guard IdleTime.range.contains(seconds) else {
      throw Refusal(
        "must be from 5 seconds to 7 days, found '\(text.abbreviated)'",
        help: "write 'never' for a server that does not stop")
    }
    return .after(seconds)
  }
}
