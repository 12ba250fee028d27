package import Deployments
import Profiles
package import Schema
import Values
import YAML

/// A policy as it is written in its file.
package struct PolicyDocument: Record {
  package var version: Located<Int>?
  package var runtimes: Located<[Located<String>]>?
  package var models: Located<[Located<String>]>?
  package var revisions: Located<RevisionRule>?
  package var remoteCode: Located<RemoteCodeRule>?
  package var licenses: Located<[Located<String>]>?
  /// The path of a lock that contributors cannot change, absolute or relative to the policy's
  /// folder.
  package var lock: Located<String>?
  package var weights: Located<ByteCount>?
  package var contextLength: Located<Int>?
  package var images: Located<[Located<String>]>?
  package var digests: Located<DigestRule>?
  package var mounts: Located<[Located<HostPath>]>?
  package var ports: Located<PortRange>?
  package var addresses: Located<AddressRule>?
  package var arguments: Located<DoorRule>?
  package var environment: Located<DoorRule>?
  package var quadlet: Located<DoorRule>?
  package var apply: Located<DoorRule>?

  package init() {}

  package static let fields = FieldTable<PolicyDocument, Never>([
    Field(
      "version", \.version, .integer(1...1), required: true,
      "The version of this format, which is 1."),
    Field(
      "runtimes", \.runtimes,
      .list(of: .runtimeName, distinct: true),
      default: "any", "The runtimes that profiles may use."),
    Field(
      "models", \.models, .list(of: .namePrefix("a model or its owner"), distinct: true),
      default: "any",
      "The allowed models: owners or models on the hub ('Qwen', 'google/gemma-4-31B-it') or Ollama models ('ollama:llama3.2')."
    ),
    Field(
      "revisions", \.revisions, .choice(), default: "any",
      "Whether models must be pinned, by a commit in 'source.revision' or by a lock."),
    Field(
      "remote_code", \.remoteCode, .choice(), default: "never",
      "Whether code from a model's repository may run: never, only from a pinned commit, or always."
    ),
    Field(
      "licenses", \.licenses, .list(of: .text("a licence", limit: 200), distinct: true),
      default: "any",
      "The allowed licences, as the hub names them: 'apache-2.0'. An unverified licence is refused."
    ),
    Field(
      "lock", \.lock, .text("a path", limit: 4096),
      "A 'models.lock.json' that contributors cannot change. Its licences and sizes count as verified."
    ),
    Field(
      "weights", \.weights, .byteCount, default: "any",
      "The maximum size of a model's weights."),
    Field(
      "context_length", \.contextLength, .integer(1...100_000_000), unit: "tokens", default: "any",
      "The maximum context length that a profile may request."),
    Field(
      "images", \.images, .list(of: .imagePrefix, distinct: true),
      default: "any",
      "The allowed prefixes of image names: 'ghcr.io', 'docker.io/vllm', 'ghcr.io/ggml-org/llama.cpp'."
    ),
    Field(
      "digests", \.digests, .choice(), default: "optional",
      "Whether images must be pinned to a digest, by the profile or by a lock."),
    Field(
      "mounts", \.mounts, .list(of: .hostPath, distinct: true), default: "any",
      "The host folders that may be mounted, with their subfolders; [] for none. If set, named volumes are refused."
    ),
    Field(
      "ports", \.ports, .portRange, default: "any",
      "The host ports that instances may open: '8000-8099'."),
    Field(
      "addresses", \.addresses, .choice(), default: "any",
      "Whether servers may be reachable from other machines or only from this one ('loopback')."),
    Field(
      "arguments", \.arguments, .choice(), default: "forbidden",
      "Whether launchers may get arguments directly, other programs may be started, and options may name files, code or models."
    ),
    Field(
      "environment", \.environment, .choice(), default: "forbidden",
      "Whether profiles and instances may set environment variables, by value or from a secret."),
    Field(
      "quadlet", \.quadlet, .choice(), default: "forbidden",
      "Whether instances may add keys to their units. Such keys can do anything on the machine."),
    Field(
      "apply", \.apply, .choice(), default: "forbidden",
      "Whether the workspace may define the commands that 'amm switch' runs. They can do anything on the machine."
    ),
  ])
}

/// Whether models must be pinned.
package enum RevisionRule: String, CaseIterable, Sendable { case pinned, any }

/// Whether code from a model's repository may run.
package enum RemoteCodeRule: String, CaseIterable, Sendable { case never, pinned, allowed }

/// Whether images must be pinned.
package enum DigestRule: String, CaseIterable, Sendable { case required, optional }

/// Where servers may be reached from.
package enum AddressRule: String, CaseIterable, Sendable { case loopback, any }

/// Whether something that amm cannot check is allowed.
package enum DoorRule: String, CaseIterable, Sendable { case allowed, forbidden }

/// A range of ports, such as `8000-8099`, or a single port.
package struct PortRange: Sendable, Equatable {
  /// The ports, from 1 to 65535.
  package let ports: ClosedRange<Int>

  /// - Returns: Nil if the text is not a valid range.
  package init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { part in
      part.utf8.allSatisfy { (0x30...0x39).contains($0) } && part.utf8.first != 0x30
        ? Int(part) : nil
    }
    guard (1...2).contains(parts.count), numbers.count == parts.count,
      let first = numbers.first, let last = numbers.last, first <= last,
      (1...65535).contains(first), last <= 65535
    else { return nil }
    ports = first...last
  }

  /// The range as it is written.
  package var text: String {
    ports.count == 1 ? "\(ports.lowerBound)" : "\(ports.lowerBound)-\(ports.upperBound)"
  }
}

extension ValueType where Value == PortRange {
  fileprivate static let portRange = parsed(
    "a port range such as '8000-8099'", limit: 16, pattern: "^[1-9][0-9]{0,4}(-[1-9][0-9]{0,4})?$",
    numeric: true, plain: { .text($0.text) }
  ) { (text) throws(Refusal) in
    guard let range = PortRange(text) else {
      throw Refusal(
        "must be a port range such as '8000-8099', the lower port first, found '\(text.abbreviated)'"
      )
    }
    return range
  }
}

extension ValueType where Value == String {
  /// The leading parts of a name.
  fileprivate static func namePrefix(_ what: String) -> Self {
    parsed(
      what, limit: 300, pattern: "^[A-Za-z0-9][A-Za-z0-9._:/-]*$", plain: { .text($0) }
    ) { (text) throws(Refusal) in
      let isLegal = text.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
          || "._:/-".utf8.contains($0)
      }
      let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      guard isLegal, !parts.contains("") else {
        throw Refusal(
          "must be \(what), with complete parts between slashes, found '\(text.abbreviated)'")
      }
      return text
    }
  }

  /// A prefix of an image's name.
  ///
  /// It has no tag, because a prefix with a tag would never match.
  fileprivate static let imagePrefix = parsed(
    "an image or a registry", limit: 300, pattern: "^[A-Za-z0-9][A-Za-z0-9._:/-]*$",
    plain: { .text($0) }
  ) { (text) throws(Refusal) in
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    let tag = parts.last?.split(separator: ":", omittingEmptySubsequences: false).dropFirst().last
    let isPort = parts.count == 1 && tag?.utf8.allSatisfy { (0x30...0x39).contains($0) } == true
    guard !parts.contains(""), !text.utf8.contains(UInt8(ascii: "@")), tag == nil || isPort else {
      throw Refusal(
        "must be an image name or a prefix of one, without a tag, found '\(text.abbreviated)'"
      )
    }
    return text
  }
}
