import YAML

/// Parts of files of other programs, which no table of fields describes.
extension Node {
  /// The value of a key; nil if there is none, or no mapping.
  subscript(key: String) -> Node? { entries?.first { $0.key == key }?.value }

  /// The text of a scalar; nil for anything else.
  var text: String? { scalar?.text }
}
