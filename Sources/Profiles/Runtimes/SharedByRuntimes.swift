import Deployments
import Diagnostics
import Schema
import Values
import YAML

// What several runtimes need, whichever came first.

extension Launch {
  /// Mounts a local model under its own name, with its neighbours where it is split over files.
  ///
  /// - Returns: Its path in the container.
  mutating func mount(modelAt path: HostPath) -> String {
    let folder = ContainerPath(literal: "/models")
    let target = folder.text + "/" + path.lastPart
    let isSplit = path.lastPart.contains("-of-")
    guard let file = ContainerPath(target) else {
      preconditionFailure("a path that was checked when it was read")
    }
    if isSplit, let parent = path.parent {
      mounts.append(Mount(.path(parent), at: folder, options: [.readOnly]))
    } else {
      mounts.append(Mount(.path(path), at: file, options: [.readOnly]))
    }
    return target
  }
}

extension Profile {
  /// Whether an option stands among the arguments, alone or with its value.
  func hasArgument(_ option: String) -> Bool { argument(option) != nil }

  /// Where an option stands among the arguments, alone or with its value.
  func argument(_ option: String) -> SourceRange? {
    arguments.first { $0.option == option }?.range
  }
}

extension ValueType where Value == String {
  /// Text that may stand in a list separated by commas.
  static let commaFree = parsed(
    "text", pattern: "^[^,]+$", numeric: true, plain: { .text($0) }
  ) { (text) throws(Refusal) in
    guard !text.utf8.contains(UInt8(ascii: ",")), !text.isEmpty else {
      throw Refusal("must not be empty or hold a comma, found '\(text.abbreviated)'")
    }
    return text
  }
}
