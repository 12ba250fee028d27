import Diagnostics
import Foundation
import Values
import YAML

@testable import Imports

/// A service as a program for Compose files prints it.
struct ComposeService: Equatable {
  var image: String?
  var command: [String]?
  var entrypoint: [String]?
  var environment: [String: String?] = [:]
  /// The places of folders and volumes in the container.
  var targets: Set<String> = []
  /// The ports that are published: `HOST:CONTAINER`.
  var ports: Set<String> = []

  /// The service without dollar signs that are written twice, and without empty words.
  var plain: ComposeService {
    func plain(_ text: String) -> String { text.replacing("$$", with: "$") }
    func words(_ words: [String]?) -> [String]? {
      let kept = (words ?? []).filter { !$0.isEmpty }.map(plain)
      return kept.isEmpty ? nil : kept
    }
    var copy = ComposeService()
    copy.image = image.map(plain)
    copy.command = words(command)
    copy.entrypoint = words(entrypoint)
    copy.environment = environment.mapValues { $0.map(plain) }
    return copy
  }

  /// Reads a service of `docker-compose config --format json`.
  init(docker value: JSONValue) {
    image = value["image"]?.text
    command = value["command"]?.list?.compactMap(\.text)
    entrypoint = value["entrypoint"]?.list?.compactMap(\.text)
    environment = (value["environment"]?.members ?? [:]).mapValues { value -> String? in value.text
    }
    for volume in value["volumes"]?.list ?? []
    where volume["source"]?.text != nil && ["bind", "volume"].contains(volume["type"]?.text) {
      if let target = volume["target"]?.text { targets.insert(target) }
    }
    for port in value["ports"]?.list ?? [] where port["protocol"]?.text == "tcp" {
      guard let host = port["published"]?.text.flatMap({ Int($0) }),
        let inside = port["target"]?.number
      else { continue }
      ports.insert("\(host):\(Int(inside))")
    }
  }

  /// Reads a service of `podman-compose config`.
  init(podman node: Node) {
    func texts(_ node: Node?) -> [String]? {
      node?.items?.compactMap { $0.scalar?.text } ?? node?.scalar.map { [$0.text] }
    }
    image = node["image"]?.scalar?.text
    command = texts(node["command"])
    entrypoint = texts(node["entrypoint"])
    for entry in node["environment"]?.entries ?? [] {
      let scalar = entry.value.scalar
      environment[entry.key] = .some(scalar.flatMap { $0.isNull ? nil : $0.text })
    }
    for text in texts(node["environment"]?.items == nil ? nil : node["environment"]) ?? [] {
      let name = String(text.prefix { $0 != "=" })
      environment[name] = .some(
        name.count == text.count ? nil : String(text.dropFirst(name.count + 1)))
    }
  }

  private init() {}
}

extension JSONValue {
  /// The members of an object; none if it is another value.
  var members: [String: JSONValue] { if case .object(let members) = self { members } else { [:] } }
}

extension ForeignServer.Place {
  /// The path in the container, as Compose prints it.
  var plainTarget: String {
    target.count > 1 && target.hasSuffix("/") ? String(target.dropLast()) : target
  }
}
