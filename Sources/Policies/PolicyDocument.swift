package import Deployments
import Profiles
package import Schema
import Values
import YAML

/// A policy as its author wrote it: what those who change a workspace may ask for.
package struct PolicyDocument: Record {
  package var version: Located<Int>?
  package var runtimes: Located<[Located<String>]>?
  package var models: Located<[Located<String>]>?
  package var revisions: Located<RevisionRule>?
  package var remoteCode: Located<RemoteCodeRule>?
  package var licenses: Located<[Located<String>]>?
  /// A lock that contributors cannot change, beside the policy or absolute.
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
      "The version of this format; there is one so far."),
    Field(
      "runtimes", \.runtimes,
      .list(of: .runtimeName, distinct: true),
      default: "any", "The runtimes that profiles may choose."),
    Field(
      "models", \.models, .list(of: .namePrefix("a model or its owner"), distinct: true),
      default: "any",
      "Models of the hub or their owners, 'Qwen', 'google/gemma-4-31B-it'; of Ollama 'ollama:llama3.2'."
    ),
    Field(
      "revisions", \.revisions, .choice(), default: "any",
      "Whether models must be pinned: by a commit in 'source.revision', or by a lock."),
    Field(
      "remote_code", \.remoteCode, .choice(), default: "never",
      "Whether code of a model's repository may run: never, of a pinned commit, or always."),
    Field(
      "licenses", \.licenses, .list(of: .text("a licence", limit: 200), distinct: true),
      default: "any",
      "Licences that models may have, by the hub's words: 'apache-2.0'. What nobody verified is refused."
    ),
    Field(
      "lock", \.lock, .text("a path", limit: 4096),
      "A 'models.lock.json' that contributors cannot change: its licences and sizes count as verified."
    ),
    Field(
      "weights", \.weights, .byteCount, default: "any",
      "The most that a model's weights may weigh."),
    Field(
      "context_length", \.contextLength, .integer(1...100_000_000), unit: "tokens", default: "any",
      "The longest context that a profile may ask for."),
    Field(
      "images", \.images, .list(of: .imagePrefix, distinct: true),
      default: "any",
      "What names of images begin with: 'ghcr.io', 'docker.io/vllm', 'ghcr.io/ggml-org/llama.cpp'."
    ),
    Field(
      "digests", \.digests, .choice(), default: "optional",
      "Whether images must be pinned to a digest, by the profile or by a lock."),
    Field(
      "mounts", \.mounts, .list(of: .hostPath, distinct: true), default: "any",
      "Folders of the machine that may be mounted, with all below them; [] for none. Then volumes by name are none."
    ),
    Field(
      "ports", \.ports, .portRange, default: "any",
      "The ports of the machine that instances may open: '8000-8099'."),
    Field(
      "addresses", \.addresses, .choice(), default: "any",
      "Whether servers may be reached from other machines, or by this one alone ('loopback')."),
    Field(
      "arguments", \.arguments, .choice(), default: "forbidden",
      "Whether words may be passed to launchers as they are, other programs be started, and options be set that name files, code or models."
    ),
    Field(
      "environment", \.environment, .choice(), default: "forbidden",
      "Whether variables may be set, of profiles and instances, by value or by a secret."),
    Field(
      "quadlet", \.quadlet, .choice(), default: "forbidden",
      "Whether instances may add keys to their units; whoever may, may do anything."),
    Field(
      "apply", \.apply, .choice(), default: "forbidden",
      "Whether the workspace may say which commands 'amm switch' runs; whoever may, may do anything."
    ),
  ])
}

/// Whether models must be pinned.
package enum RevisionRule: String, CaseIterable, Sendable { case pinned, any }

/// Whether code of a model's repository may run.
package enum RemoteCodeRule: String, CaseIterable, Sendable { case never, pinned, allowed }

/// Whether images must be pinned.
package enum DigestRule: String, CaseIterable, Sendable { case required, optional }

/// From where servers may be reached.
package enum AddressRule: String, CaseIterable, Sendable { case loopback, any }

/// Whether something may be done that amm cannot judge.
package enum DoorRule: String, CaseIterable, Sendable { case allowed, forbidden }

/// Ports in a row: `8000-8099`, or one.
package struct PortRange: Sendable, Equatable {
  /// From 1 to 65535.
  package let ports: ClosedRange<Int>

  /// - Returns: Nil for a text that is none.
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

  /// As it is written.
  package var text: String {
    ports.count == 1 ? "\(ports.lowerBound)" : "\(ports.lowerBound)-\(ports.upperBound)"
  }
}

extension ValueType where Value == PortRange {
  fileprivate static let portRange = parsed(
    "ports such as '8000-8099'", limit: 16, pattern: "^[1-9][0-9]{0,4}(-[1-9][0-9]{0,4})?$",
    numeric: true, plain: { .text($0.text) }
  ) { (text) throws(Refusal) in
    guard let range = PortRange(text) else {
      throw Refusal(
        "must be ports such as '8000-8099', the smaller first, found '\(text.abbreviated)'")
    }
    return range
  }
}

extension ValueType where Value == String {
  /// Parts of a name, from its beginning.
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
          "must be \(what), by whole parts between slashes, found '\(text.abbreviated)'")
      }
      return text
    }
  }

  /// What an image's name begins with, without a tag, which would never be met.
  fileprivate static let imagePrefix = parsed(
    "an image or a registry", limit: 300, pattern: "^[A-Za-z0-9][A-Za-z0-9._:/-]*$",
    plain: { .text($0) }
  ) { (text) throws(Refusal) in
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    let tag = parts.last?.split(separator: ":", omittingEmptySubsequences: false).dropFirst().last
    let isPort = parts.count == 1 && tag?.utf8.allSatisfy { (0x30...0x39).contains($0) } == true
    guard !parts.contains(""), !text.utf8.contains(UInt8(ascii: "@")), tag == nil || isPort else {
      throw Refusal(
        "must be an image's name or the beginning of one, without a tag, found '\(text.abbreviated)'"
      )
    }
    return text
  }
}
