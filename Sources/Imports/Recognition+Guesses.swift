import Catalogues
import Profiles
import Schema

/// Which runtime an image of another project runs, by what it gets.
extension Recognition {
  /// Returns the runtime of an image that is named after it and gets its options or variables, or that
  /// gets variables or options which only the runtime reads.
  static func guessed(_ server: ForeignServer) -> (any Runtime.Type)? {
    guard server.isContainer, server.entrypoint == nil else { return nil }
    let options = server.command.map(\.value).filter(isOption).map {
      String($0.prefix { $0 != "=" })
    }
    let own = Runtimes.all.first { runtime in
      guard let prefix = runtime.foreign.ownPrefix else { return false }
      let named = server.variables.filter { $0.name.value.hasPrefix(prefix) }
      return !named.isEmpty && (!options.isEmpty || !isClient(named, of: runtime))
    }
    // Another program hands such variables on to servers that it starts.
    if let own, options.isEmpty || knows(own, some: options) { return own }
    guard let image = server.image?.value.lowercased() else { return runtime(takingAll: options) }
    let name = untagged(image)
    let last = name.split(separator: "/").last.map(String.init) ?? name
    let named = Runtimes.all.first { runtime in
      // A tag can name the program, too.
      guard runtime.foreign.imageHints.contains(where: image.contains),
        let table = LauncherTable(runtime, image: nil)
      else { return false }
      let known = options.count { table.catalogue[runtime.spelling(of: $0[...])] != nil }
      // An image with the name of the program needs less proof.
      let isNamed = runtime.foreign.imageHints.contains(last) && known * 2 >= options.count
      return options.count > 1 && (isNamed || known * 5 >= options.count * 4)
        || options.isEmpty && !isClient(server.variables, of: runtime)
          && server.variables.contains { readsVariable($0.name.value, table) }
    }
    return named ?? runtime(takingAll: options)
  }

  /// Whether variables name the address of a server, as a program has them that sends it requests.
  private static func isClient(
    _ variables: [(name: Located<String>, value: String?)], of runtime: any Runtime.Type
  ) -> Bool {
    guard let table = LauncherTable(runtime, image: nil) else { return false }
    return variables.contains { name, value in
      runtime.variablePrefixes.contains(where: name.value.hasPrefix)
        && (value ?? "").contains("://")
        && !readsVariable(name.value, table)
    }
  }

  private static func knows(_ runtime: any Runtime.Type, some options: [String]) -> Bool {
    guard let table = LauncherTable(runtime, image: nil) else { return false }
    return options.contains { table.catalogue[runtime.spelling(of: $0[...])] != nil }
  }

  /// Returns the only runtime that knows all of several options; nil if there is none, or not one.
  private static func runtime(takingAll options: [String]) -> (any Runtime.Type)? {
    guard Set(options).count > 2 else { return nil }
    let found = Runtimes.all.filter { runtime in
      guard runtime.argumentSyntax != .nothing, let table = LauncherTable(runtime, image: nil)
      else { return false }
      return options.allSatisfy { table.catalogue[runtime.spelling(of: $0[...])] != nil }
    }
    return found.count == 1 ? found.first : nil
  }

  private static func isOption(_ word: String) -> Bool {
    word.utf8.count > 1 && word.utf8.first == 0x2D && Double(word) == nil
  }

  /// Whether a launcher, and no program that uses its server, reads a variable.
  static func readsVariable(_ name: String, _ table: LauncherTable) -> Bool {
    reads(name, table.catalogue)
  }

  /// Whether the launcher of a table reads a variable.
  static func reads(_ name: String, _ catalogue: Catalogue) -> Bool {
    catalogue.option(variable: name) != nil || catalogue.variables.contains { $0.name == name }
  }
}
