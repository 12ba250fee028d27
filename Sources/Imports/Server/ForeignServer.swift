package import Diagnostics
package import Schema

/// A container or program as another tool's file describes it, before amm knows what it serves.
package struct ForeignServer: Sendable {
  /// A port of the machine that leads to one of the container.
  package struct Ports: Sendable {
    /// The address that it listens on; nil if the file names none.
    package let address: String?
    /// The port of the machine; nil if the tool chooses one.
    package let host: Int?
    /// The port of the container.
    package let container: Int
    /// Whether it belongs to an address of the server's own, such as a Service's, and not to the machine.
    var isOfOwnAddress = false
  }

  /// A folder or volume at a place in the container.
  package struct Place: Sendable {
    /// The folder of the machine, or the name of a volume.
    package let source: String
    /// The path in the container.
    package let target: String
    /// Whether the container cannot write to it.
    package let isReadOnly: Bool
    /// The other options of the mount, such as `z`.
    package let options: [String]

    /// Creates a place; a slash at the end of its path has no meaning.
    package init(source: String, target: String, isReadOnly: Bool, options: [String] = []) {
      self.source = source
      var path = target
      while path.utf8.count > 1, path.hasSuffix("/") { path.removeLast() }
      self.target = path
      self.isReadOnly = isReadOnly
      self.options = options
    }

    /// Whether the source is a volume and not a folder.
    package var isVolume: Bool {
      !source.hasPrefix("/") && !source.hasPrefix(".") && !source.hasPrefix("~")
        && !source.hasPrefix("%") && !source.hasPrefix("$")
    }
  }

  /// A secret that becomes a variable.
  package struct Secret: Sendable {
    /// The variable.
    package var variable: Located<String>
    /// The name of the engine's secret, or the path of a file with variables.
    package let name: String
    /// The secret of a cluster with the name of its value; nil if the workspace is for no cluster.
    package var ofCluster: (name: String, key: String)?
    /// Whether the name is the path of a file.
    package var isFile = false
  }

  /// Its name in the file, or one made from its command.
  package internal(set) var name: Located<String>
  /// The image; nil for a program that runs on the machine itself.
  package var image: Located<String>?
  /// Whether it runs in a container, also if its image is built from a file.
  package var isContainer: Bool { image != nil || isBuilt }
  /// Whether it names its GPUs, and no variable selects some of them.
  var showsGPUs: Bool {
    !hasOpenGPUs && !(gpus?.value ?? []).isEmpty
      && !variables.contains { $0.name.value.hasSuffix("_VISIBLE_DEVICES") }
  }
  /// Whether its image is built, so that nothing is known about it.
  package var isBuilt = false
  /// The program that replaces the image's own, with its first arguments.
  ///
  /// Nil if the image's own is kept, and empty if there is none, so that the command names the program.
  package var entrypoint: [Located<String>]?
  /// The arguments, or for a program the program and its arguments.
  package var command: [Located<String>] = []
  /// The variables, of which those without a value come from the caller's environment.
  package var variables: [(name: Located<String>, value: String?)] = []
  /// The files with variables.
  package var variableFiles: [Located<String>] = []
  package var ports: [Located<Ports>] = []
  package var places: [Located<Place>] = []
  /// Whether it opens a port whose number on the machine the file does not show.
  var hasOpenPorts = false
  /// The GPUs as instances name them; nil if the file says nothing about GPUs.
  package var gpus: Located<[String]>?
  /// Whether the file asks the engine for its GPUs, which then sets NVIDIA's variable itself.
  var requestsGPUs = false
  /// Whether a variable that the file does not set selects its GPUs.
  var hasOpenGPUs = false
  /// The files of single GPUs that it gets, such as `renderD128`, and whether it gets all of them.
  var nodes: [String] = []
  var hasAllNodes = false
  /// Settings of an instance that have the same meaning, as YAML: `shm_size: 8GB`.
  package var settings: [(key: String, value: Located<String>)] = []
  /// Secrets of the engine that become variables.
  package var secrets: [Secret] = []
  /// The places of words whose value the file does not say, such as `$1` in a script.
  package var open: Set<SourceRange> = []
  /// The places of values that come from a variable, so that the file does not have them.
  package var referred: Set<SourceRange> = []
  /// Whether what is left empty in its command stays empty, because all of its variables are known.
  var hasAllValues = false
  /// The places of variables that come from a file, so that servers of other images may share them.
  var ofFiles: Set<SourceRange> = []
  /// Whether it gets all devices of the machine.
  var isPrivileged = false
  /// The places in the container of files that the source writes itself, which an import does not.
  var unwritten: Set<String> = []
  /// Whether it uses the machine's network, so that its port is the machine's.
  package var usesHostNetwork = false
  /// The most bytes that it may write outside of volumes, as a cluster limits them; nil without a limit.
  var diskLimit: (bytes: Int, written: Located<String>)?
  /// Whether it runs as the user who starts it, whose home folder in the container is `/`.
  var keepsUser = false
  /// Whether its shared memory is limited by the memory of the container only.
  package var hasSharedMemory = false
  /// The folder to which its paths are relative: that of the file, or `.` and more below it, or another
  /// one; nil if it is not known.
  package var workingFolder: String? = "."
  /// Whether the program that starts it waits for its end.
  var isAwaited = false
  /// The running container in which a command starts it; nil if it is started by itself.
  var insideOf: String?
  /// Whether the name of its file shows a version, which may have other options than amm's tables.
  var showsVersion = false
  /// Whether it runs in place of another server of the file, such as in a branch of a condition.
  package var isAlternative = false
  /// The exclusive group of servers that take each other's place; nil if it is in none.
  var group: String?
  /// The words of its health check.
  package var healthCheck: [Located<String>] = []
  /// The command of its health check, as a shell runs it.
  var healthCommand: Located<String>?
  /// The other containers of the file that it starts after or depends on.
  var partners: [Located<String>] = []
  /// Further names that reach it from other containers.
  var aliases: Set<String> = []
  /// Further ports that reach it by these names, such as those of a Service.
  var portsOfAliases: Set<Int> = []
  /// Files of the container that the file itself has, with their content.
  var contents: [(path: String, text: Located<String>)] = []
  /// Whether its volumes belong to a group of its user, as a cluster arranges it.
  var canWriteByGroup = false
  /// The number of nodes that it spans, each with its GPUs.
  var spannedNodes: Located<Int>?
  /// Whether amm wrote the file.
  var isOwn = false
  /// Whether amm wrote it for an instance, so that what the file leaves out is a setting as well.
  package var isInstance = false
  /// The kind of companion that a file of amm names; nil if it names none.
  var ownKind: String?
  /// The models that the file lets Ollama pull.
  package var pulled: [Located<String>] = []
  /// The name of the model for clients, if no option of the server has it.
  package var modelName: Located<String>?
  /// The name of the profile that the file was made from; nil if it was made from none.
  package var profileName: Located<String>?
  /// Keys of the runtime's section with their values as YAML, or paths that are relative to the file.
  package var options: [(key: String, text: String, isPath: Bool, origin: SourceRange)] = []
  /// Whether SELinux confines it; nil if the tool does not say.
  var isConfined: Bool?
  /// The paths in the container of mounts that an import does not carry over.
  var otherMounts: Set<String> = []
  /// The paths that its tool asks to find out whether it is ready.
  var checkedPaths: [Located<String>] = []
  /// The paths of folders that are empty after each start.
  var scratch: Set<String> = []
  /// What became of each key of the source, in its order.
  package var fates: [Fate] = []
  /// The kind of its file; nil if it is not known.
  var kind: Import.Kind?
  /// Secrets that its container gets as files.
  var fileSecrets: [Located<String>] = []
  /// Whether a command of a script starts it.
  var isOfLine = false
  /// Its description; nil if it has none.
  var description: Located<String>?
  /// The name that a command gives the container; nil if it gives none.
  var containerName: Located<String>?
  /// Problems of the source itself.
  package var findings: [Diagnostic] = []

  package init(name: Located<String>) { self.name = name }

  /// The words of the program and its arguments, as far as the file has them.
  var words: [Located<String>] { (entrypoint ?? []) + command }

  /// Records what became of a key.
  mutating func tell(_ key: Located<String>, _ kind: Fate.Kind, _ reason: String = "") {
    fates.append(Fate(key: key, kind: kind, reason: reason))
  }

  /// Whether a word's value is not known, because it has a variable that the file does not set.
  func isOpen(_ word: Located<String>) -> Bool {
    open.contains(word.range) && word.value.utf8.contains { [0x24, 0x25, 0x3C, 0x60].contains($0) }
  }

  /// Adds the places of a file's values that are not known, and of those that come from variables.
  ///
  /// Servers without others share the sets, so that the cost does not grow with the square of the servers.
  mutating func add(open all: Set<SourceRange>, referred: Set<SourceRange>) {
    if open.isEmpty { open = all } else { open.formUnion(all) }
    if self.referred.isEmpty { self.referred = referred } else { self.referred.formUnion(referred) }
  }

  /// Forgets what only a cluster has, for a workspace that is for no cluster.
  mutating func forgetCluster() {
    for index in secrets.indices { secrets[index].ofCluster = nil }
    guard canWriteByGroup, let index = settings.firstIndex(where: { $0.key == "user" }) else {
      return
    }
    let user = settings.remove(at: index).value
    tell(
      Located("runAsUser", user.range), .changed,
      "a volume belongs to the pod's group; on a machine, the image's own user writes to it")
  }

  /// Returns the value of a variable; nil if it is not set.
  func value(of variable: String) -> Located<String>? {
    variables.last { $0.name.value == variable }.flatMap { found in
      found.value.map { Located($0, found.name.range) }
    }
  }
}

/// What became of a key or word of the source.
package struct Fate: Sendable {
  /// The kinds, from the best.
  package enum Kind: String, Sendable, CaseIterable {
    /// The profile or the instance says the same.
    case carried
    /// It has another form in amm.
    case changed
    /// It is left out, for the reason.
    case dropped
    /// amm does not know it.
    case unknown
  }

  /// The key or word, as it is written.
  package let key: Located<String>
  package let kind: Kind
  /// How it changed, or why it is left out; empty if it is carried.
  package let reason: String
  /// The keys that are left out with it.
  package private(set) var others: [String] = []

  /// Says what became of a key; a token in one of the texts is left out of it.
  init(key: Located<String>, kind: Kind, reason: String) {
    self.key = Located(Secrets.redacted(key.value), key.range)
    self.kind = kind
    self.reason = Secrets.redacted(reason).withoutControls
  }

  /// Says that a program is left out, with all of its keys.
  init(leavingOut server: ForeignServer, kind: Kind, reason: String) {
    self.init(key: server.name, kind: kind, reason: reason)
    var known: Set<String> = []
    others = server.fates.map(\.key.value).filter { known.insert($0).inserted }
    guard server.isOfLine else { return }
    // A line's variables and arguments are told by the import of a server only.
    let options = server.command.map { String($0.value.prefix { $0 != "=" }) }
      .filter { $0.hasPrefix("-") && $0.utf8.count > 1 && Double($0) == nil }
    others += (server.variables.map(\.name.value) + options).map(Secrets.redacted).prefix(100)
      .filter { known.insert($0).inserted }
  }

  /// Returns it with another key and other texts.
  func replacing(key: Located<String>, reason: String, others: [String]? = nil) -> Fate {
    var copy = Fate(key: key, kind: kind, reason: reason)
    copy.others = others ?? self.others
    return copy
  }
}
