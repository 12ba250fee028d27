import Diagnostics
import Imports
import Profiles
import Workspaces
import YAML

extension FuzzTarget {
  /// A file of another tool, read as what it looks like and as the kind that its first byte names.
  ///
  /// What stands after a line `---` belongs to it: the `.env` of a Compose file, the drop-in of a quadlet
  /// file. Whatever the file is, a profile that is written can be read, and has no token.
  static func readImport(_ bytes: [UInt8]) {
    guard let first = bytes.first else { return }
    let line = Array("\n---\n".utf8)
    let place = bytes.indices.first { bytes[$0...].starts(with: line) }
    let text = Array(bytes[..<(place ?? bytes.endIndex)].dropFirst())
    let beside = place.map { Array(bytes[($0 + line.count)...]) }
    let named = Import.Kind.allCases[Int(first) % Import.Kind.allCases.count]
    if let found = Import.kind(of: SourceFile(path: "standard input", bytes: text)) {
      readImport(text, as: found, beside)
    }
    readImport(text, as: named, beside)
  }

  private static func readImport(_ bytes: [UInt8], as kind: Import.Kind, _ beside: [UInt8]?) {
    let source = SourceFile(path: name(of: kind), bytes: bytes)
    let dropIns = beside.map { [SourceFile(path: source.path + ".d/10.conf", bytes: $0)] } ?? []
    var nearby = NearbyFiles(hasFolder: beside != nil)
    for path in beside == nil ? [] : Import.wanted(by: source, as: kind, besides: nearby) {
      nearby.add(beside.map { SourceFile(path: path, bytes: $0) }, at: path)
    }
    for path in Import.wanted(by: source, as: kind, besides: nearby) {
      nearby.add(beside.map { SourceFile(path: path, bytes: $0) }, at: path)
    }
    var taken = TakenPlaces()
    taken.names = ["taken"]
    let read = Import.read(
      source, as: kind, with: nearby, in: "/home/me", from: source.path, besides: taken,
      unit: kind == .quadlet ? QuadletUnit(source, dropIns: dropIns, others: [:]) : nil)
    Invariants.check(read.diagnostics)
    require(Set(read.servers.map(\.name)).count == read.servers.count, "two servers of one name")
    require(!read.servers.contains { $0.name == "taken" }, "the name of another server")
    let companions = read.companions.map(\.name)
    require(
      Set(companions + read.servers.map(\.name)).count == companions.count + read.servers.count,
      "a companion with the name of another")
    for companion in read.companions {
      let texts = companion.fates.map(\.reason) + [companion.text.text]
      require(!texts.contains(where: Secrets.looksSecret), "a token in a companion")
    }
    for server in read.servers {
      for fate in server.fates {
        require(!Secrets.looksSecret(fate.reason), "a token in the report")
      }
      // With an error, nothing is written.
      guard !read.diagnostics.hasErrors else { continue }
      let text = server.profile.text
      let profile = Profile.read(SourceFile(path: "profile.yaml", text: text))
      require(profile.value != nil, "a profile that cannot be read")
      require(!Secrets.looksSecret(text + server.instance.text), "a token in a profile")
    }
  }

  private static func name(of kind: Import.Kind) -> String {
    switch kind {
    case .compose: "compose.yaml"
    case .quadlet: "server.container"
    case .command: "serve.sh"
    case .llamaSwap: "config.yaml"
    case .kubernetes: "deployment.yaml"
    case .modelfile: "Modelfile"
    case .nix: "containers.json"
    case .systemd: "server.service"
    }
  }
}
