import Deployments
import Diagnostics
import Profiles
import Schema
import Text

/// What amm adds to each server by itself, in files that it generated or exported.
package enum OwnTraces {
  /// Returns the servers without the containers that create models of Ollama, whose instructions their
  /// servers get, and without folders that amm mounts by itself.
  static func removed(from servers: [ForeignServer]) -> [ForeignServer] {
    var servers = servers.map { withoutCompileCache(withSettings(withoutLabels($0))) }
    let steps = servers.indices.filter { isStep(servers[$0]) }
    guard !steps.isEmpty else { return servers }
    for step in steps {
      let address = servers[step].value(of: "OLLAMA_HOST")?.value ?? ""
      let others = servers.indices.filter { index in
        !steps.contains(index) && makesModels(servers[index])
      }
      guard
        let owner = others.first(where: { names(servers[$0], in: address) })
          ?? others.first(where: { servers[$0].value(of: "OLLAMA_HOST")?.value == address })
          ?? (others.count == 1 ? others.first : nil)
      else { continue }
      take(servers[step], into: &servers[owner])
    }
    let isOrphan = { (step: Int) in
      !servers.contains { $0.fates.contains { $0.key.range == servers[step].name.range } }
    }
    return servers.indices.filter { !steps.contains($0) || isOrphan($0) }.map { servers[$0] }
  }

  /// Whether a container creates a model on a running server of Ollama.
  static func isStep(_ server: ForeignServer) -> Bool {
    server.value(of: "MODELFILE") != nil && server.value(of: "MODEL") != nil
  }

  private static func makesModels(_ server: ForeignServer) -> Bool {
    Recognition.recognise(server)?.runtime.pullsModels ?? false
  }

  /// Whether an address such as `http://chat:11434` is that of a server.
  private static func names(_ server: ForeignServer, in address: String) -> Bool {
    let host = address.split(separator: "/").last.map(String.init) ?? address
    let name = host.prefix { $0 != ":" }
    return name == server.name.value || name == server.containerName?.value ?? ""
  }

  /// Gives a server the model that a step creates on it.
  static func take(_ step: ForeignServer, into server: inout ForeignServer) {
    guard let text = step.value(of: "MODELFILE") else { return }
    var found = ModelfileSource.server(of: text.value, at: text.range)
    found.mapPaths(to: step.places.map(\.value))
    server.pulled = found.pulled
    server.options += found.options
    server.modelName = step.value(of: "COPY") ?? step.value(of: "MODEL")
    server.profileName = step.value(of: "MODEL")
    server.tell(
      Located(step.name.value, step.name.range), .changed, "the profile has the model's settings")
  }

  /// Returns a server without the folder of compiled files, and the variables that name its parts.
  private static func withoutCompileCache(_ server: ForeignServer) -> ForeignServer {
    guard let cache = Recognition.recognise(server)?.runtime.compileCache else { return server }
    let path = cache.path.text
    let place = server.places.first { $0.value.isVolume && $0.value.target == path }
    guard place != nil || server.isOwn && server.scratch.contains(path) else { return server }
    var server = server
    server.places.removeAll { $0.value.target == path }
    if let place {
      server.tell(Located(path, place.range), .changed, "'compile_cache' keeps the files")
    }
    for variable in server.variables
    where variable.value?.hasPrefix(path + "/") ?? false {
      server.tell(variable.name, .changed, "'compile_cache' sets the folder")
    }
    server.variables.removeAll { $0.value?.hasPrefix(path + "/") ?? false }
    return server
  }
}

extension ForeignServer {
  /// Replaces paths of a container by those of the machine.
  fileprivate mutating func mapPaths(to places: [Place]) {
    func onMachine(_ path: String) -> String {
      for place in places where !place.isVolume {
        guard path == place.target || path.hasPrefix(place.target + "/") else { continue }
        return place.source + path.dropFirst(place.target.utf8.count)
      }
      return path
    }
    pulled = pulled.map { Located(onMachine($0.value), $0.range) }
    options = options.map { key, text, isPath, origin in
      (key, isPath ? onMachine(text) : text, isPath, origin)
    }
  }
}
