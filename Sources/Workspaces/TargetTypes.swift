import Diagnostics
import Schema
import Targets
import Text
import Values
import YAML

extension ValueType where Value == ClusterName {
  /// A name of an object.
  ///
  /// - Parameter what: The type's name in messages, with its article.
  static func clusterName(_ what: String) -> Self {
    parsed(
      what, limit: 63, pattern: "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", numeric: true,
      plain: { .text($0.text) }
    ) { (text) throws(Refusal) in
      guard let name = ClusterName(text) else {
        throw Refusal(
          "must be \(what), found '\(text.abbreviated)'",
          help: "use lower-case letters, digits and '-'")
      }
      return name
    }
  }
}

extension ValueType where Value == ClusterDomain {
  /// A name of an object that may have several parts with dots between them.
  ///
  /// - Parameter what: The type's name in messages, with its article.
  static func clusterDomain(_ what: String) -> Self {
    let label = "[a-z0-9]([a-z0-9-]*[a-z0-9])?"
    return parsed(
      what, limit: 253, pattern: "^\(label)(\\.\(label))*$", numeric: true,
      plain: { .text($0.text) }
    ) { (text) throws(Refusal) in
      guard let name = ClusterDomain(text) else {
        throw Refusal(
          "must be \(what), found '\(text.abbreviated)'",
          help: "use lower-case letters, digits, '-' and '.'")
      }
      return name
    }
  }
}

extension ValueType where Value == QualifiedName {
  static let qualifiedName = parsed(
    "a key of Kubernetes", limit: 317,
    pattern: "^([a-z0-9][a-z0-9.-]*/)?[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$", numeric: true,
    plain: { .text($0.text) }
  ) { (text) throws(Refusal) in
    guard let name = QualifiedName(text) else {
      throw Refusal(
        "has the key '\(text.abbreviated)', which is not valid in Kubernetes",
        help: "use letters, digits, '-', '_' and '.', after an optional domain and '/'")
    }
    return name
  }
}

extension ValueType where Value == LabelValue {
  static let labelValue = parsed(
    "a label's value", limit: 63, pattern: "^([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)?$",
    numeric: true, plain: { .text($0.text) }
  ) { (text) throws(Refusal) in
    guard let value = LabelValue(text) else {
      throw Refusal(
        "must be a label's value, found '\(text.abbreviated)'",
        help: "use at most 63 letters, digits, '-', '_' and '.'")
    }
    return value
  }
}

extension ValueType where Value == ClusterRelease {
  static let clusterRelease = parsed(
    "a release of Kubernetes", limit: 8, pattern: #"^v?1\.[1-9][0-9](\.[0-9]{1,2})?$"#,
    numeric: true, examples: ["1.36"], plain: { .text($0.text) }
  ) { (text) throws(Refusal) in
    guard let release = ClusterRelease(text) else {
      throw Refusal(
        "must be a release of Kubernetes such as \"1.36\", found '\(text.abbreviated)'",
        help: "'kubectl version' shows it")
    }
    guard release >= .oldest else {
      throw Refusal(
        "is \(text), but amm supports Kubernetes \(ClusterRelease.oldest.text) and later",
        help: "update the cluster")
    }
    return release
  }
}

extension ValueType where Value == String {
  /// A machine's name in a network (RFC 1123, section 2.1).
  static let hostName = parsed(
    "a host name", limit: 253, pattern: "^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$",
    numeric: true, examples: ["gpu1"], plain: { .text($0) }
  ) { (text) throws(Refusal) in
    let labels = text.lowercased().split(separator: ".", omittingEmptySubsequences: false)
    guard labels.allSatisfy({ ClusterName(String($0)) != nil }) else {
      throw Refusal(
        "must be a host name, found '\(text.abbreviated)'",
        help: "use letters, digits and '-'; 'hostname' shows this machine's")
    }
    return text
  }
}
