import Deployments
import Schema
import Values

/// Open WebUI: a web page for chats with the servers (open-webui 0.12.4).
enum OpenWebUI: CompanionKind {
  static let name = "open-webui"
  static let summary = "a web page for chats"
  static let unused = ["stop_after_idle", "api_key", "container_port", "arguments"]

  static let reserved = ["PORT", "HOST", "DATA_DIR"]
  static let login: String? = "WEBUI_AUTH"
  static let programFolders = ["/app/backend", "/app/build"]

  /// TEI's ranking protocol is not the one that it sends (open_webui/retrieval/models/external.py).
  static func canUse(_ task: ServedTask, _ runtime: String, isOpenAI: Bool) -> Bool {
    switch task {
    case .chat: isOpenAI
    // TEI has only that part of OpenAI's protocol.
    case .embed: isOpenAI || runtime == "tei"
    case .rank: isOpenAI && runtime != "tei"
    }
  }

  static func problem(with draft: CompanionDraft) -> CompanionProblem? {
    guard draft.store == nil else { return nil }
    return CompanionProblem(
      range: draft.name.range,
      message: "the name '\(draft.name.value.text)' is too long for that of its volume",
      help: "use at most 58 letters")
  }

  static let image: ImageReference? = ImageReference(
    literal: "ghcr.io/open-webui/open-webui", tag: "v0.12.4")
  private static let port = Port(literal: 8080)
  static let containerPort: Port? = port
  static let health: String? = "curl -fsS http://127.0.0.1:\(port.number)/health"
  static let data = ContainerPath(literal: "/app/backend/data")

  static func program(of draft: CompanionDraft, using servers: UsedServers) -> Companion.Program? {
    let chats = servers.servers.filter { $0.task == .chat }
    var variables = connections(to: chats) + foreign.settings
    variables += embedding(servers) + ranking(servers)
    guard
      var container = draft.container(variables: variables, using: servers),
      let store = draft.store
    else { return nil }
    if !container.mounts.contains(where: { $0.target == data }) {
      container.mounts.insert(Mount(.store(store), at: data), at: 0)
    }
    // What the author sets stays, and the keys of servers do not go to other addresses.
    let own = draft.ownVariables
    let assignments = ([keys(of: chats)].compactMap { $0 } + otherKeys(of: servers))
      .filter { !own.contains($0.name) && !own.contains($0.address) }
      .map { "\($0.name)=\"\($0.value)\"" }
    if !assignments.isEmpty {
      // The keys of all connections are one variable, so a shell joins the secrets.
      container.entrypoint = PlainText(literal: "/bin/sh")
      let words = assignments + ["exec bash start.sh"]
      guard let command = Argument(words.joined(separator: " ")) else { return nil }
      container.arguments = [Argument(literal: "-c"), command]
    }
    return .container(container)
  }

  /// Returns the connections to servers that write text.
  ///
  /// A connection that lists its models is not polled (open_webui/routers/openai.py).
  private static func connections(
    to servers: [UsedServers.Server]
  ) -> [(name: String, value: String)] {
    guard !servers.isEmpty else { return [("ENABLE_OPENAI_API", "false")] }
    var known: Set<String> = []
    let entries = servers.enumerated().map { index, server in
      let names = server.models.filter { $0.task == .chat }.map(\.name)
      // Of two models of one name, it would list only the first.
      let isTwice = !known.isDisjoint(with: names)
      known.formUnion(names)
      return Value.Member(
        String(index),
        .set([
          "enable": true, "model_ids": .texts(names),
          "prefix_id": .text(isTwice ? server.name : ""),
          "tags": .list([]), "connection_type": "local",
          "auth_type": server.keyVariable == nil ? "none" : "bearer",
        ]))
    }
    return [
      ("ENABLE_OPENAI_API", "true"),
      ("OPENAI_API_BASE_URLS", servers.map { $0.address + "/v1" }.joined(separator: ";")),
      ("OPENAI_API_CONFIGS", JSON.line(.set(entries))),
    ]
  }

  private static func embedding(_ servers: UsedServers) -> [(name: String, value: String)] {
    guard let (server, model) = servers.first(.embed) else { return [] }
    return [
      ("RAG_EMBEDDING_ENGINE", "openai"), ("RAG_OPENAI_API_BASE_URL", server.address + "/v1"),
      ("RAG_EMBEDDING_MODEL", model),
    ]
  }

  private static func ranking(_ servers: UsedServers) -> [(name: String, value: String)] {
    guard let (server, model) = servers.first(.rank) else { return [] }
    return [
      ("ENABLE_RAG_HYBRID_SEARCH", "true"), ("RAG_RERANKING_ENGINE", "external"),
      ("RAG_RERANKING_MODEL", model),
      ("RAG_EXTERNAL_RERANKER_URL", server.address + "/v1/rerank"),
    ]
  }

  /// A variable that a shell sets from secrets, and the variable with the addresses that it is for.
  private typealias Key = (name: String, value: String, address: String)

  /// Returns the keys of the servers that write text, or nil if none has one.
  private static func keys(of chats: [UsedServers.Server]) -> Key? {
    guard chats.contains(where: { $0.keyVariable != nil }) else { return nil }
    let keys = chats.map { server in server.keyVariable.map { "$" + $0.text } ?? "" }
    return ("OPENAI_API_KEYS", keys.joined(separator: ";"), "OPENAI_API_BASE_URLS")
  }

  /// Returns the keys that other servers than those for chats require.
  private static func otherKeys(of servers: UsedServers) -> [Key] {
    [
      ("RAG_OPENAI_API_KEY", servers.first(.embed)?.server.keyVariable, "RAG_OPENAI_API_BASE_URL"),
      (
        "RAG_EXTERNAL_RERANKER_API_KEY", servers.first(.rank)?.server.keyVariable,
        "RAG_EXTERNAL_RERANKER_URL"
      ),
    ].compactMap { name, variable, address in variable.map { (name, "$" + $0.text, address) } }
  }
}
