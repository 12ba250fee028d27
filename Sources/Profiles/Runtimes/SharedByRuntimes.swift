import Deployments
import Diagnostics
import Schema
import Text
import Values
import YAML

// Helpers that several runtimes use.

extension Launch {
  /// Mounts a local model under its own name, or its folder if the model is split over files.
  ///
  /// - Returns: The path of the model in the container.
  mutating func mount(modelAt path: HostPath) -> String {
    let folder = ContainerPath(literal: "/models")
    let target = folder.text + "/" + path.lastPart
    let isSplit = path.lastPart.holds("-of-")
    guard let file = ContainerPath(target) else {
      preconditionFailure("the path was checked when it was read")
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
  /// Whether the arguments contain an option, with or without its value.
  func hasArgument(_ option: String) -> Bool { argument(option) != nil }

  /// The position of an option in the arguments, with or without its value.
  func argument(_ option: String) -> SourceRange? {
    arguments.first { $0.option == option }?.range
  }
}

extension ValueType where Value == String {
  /// Text that can be an item of a comma-separated list.
  static let commaFree = parsed(
    "text", pattern: "^[^,]+$", numeric: true, plain: { .text($0) }
  ) { (text) throws(Refusal) in
    guard !text.utf8.contains(UInt8(ascii: ",")), !text.isEmpty else {
      throw Refusal("must not be empty or contain a comma, found '\(text.abbreviated)'")
    }
    return text
  }
}
