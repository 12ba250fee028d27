package import Deployments
import Diagnostics
package import Schema
import Text
import Values
import YAML

/// Any server in any image: what amm knows of it is what the profile says.
package enum Custom: Runtime {
  package static let name = "custom"
  package static let sectionKey = "custom"
  package static let sources: [SourceSection.Kind] = [.huggingface, .local]
  package static let reserved: [String] = []

  package static let needsImage = true
  /// How its server is told a commit is not known.
  package static let loadsRevisions = false
  package static func image(for processor: Processor) -> ImageReference? { nil }

  package static func interface(of profile: Profile) -> ServerInterface {
    let options = options(of: profile)
    let port = options.port.flatMap { Port($0.value) } ?? Port(literal: 8080)
    let curl = options.health.flatMap {
      PlainText("curl -fsS http://127.0.0.1:\(port.number)\($0.value)")
    }
    return ServerInterface(
      port: port, health: options.health?.value,
      healthCommand: options.healthCommand?.value ?? curl, info: nil,
      metrics: options.metrics?.value,
      openAI: options.openAI?.value == true ? OpenAIProtocol() : nil)
  }

  /// It may be a server of any project.
  package static let log = Runtimes.all.filter { $0.name != name }
    .reduce(ServerLog()) { $0.joined(with: $1.log) }

  package static let openAIHelp: String? =
    "write 'openai: true' in the profile where the server has that protocol"

  /// By which name its model goes is not known.
  package static func identity(of launch: Launch, _ profile: Profile) -> ModelIdentity? { nil }

  /// One that no other instance shares: nobody knows what the server does with it.
  package static func cache(of profile: Profile) -> ModelCache? {
    options(of: profile).cache.map {
      ModelCache("custom", at: $0.value, shareable: false, ofDownloads: false)
    }
  }

  package static func tokenVariable(of profile: Profile) -> EnvironmentVariable.Name? {
    options(of: profile).tokenVariable?.value
  }

  package static func use(of field: CommonField) -> FieldUse {
    .refused(
      because: "amm does not know the options of a custom image",
      instead: "write the server's own option under 'arguments:' or 'environment:'")
  }

  package static func complete(_ launch: inout Launch, for profile: Profile) {
    let options = options(of: profile)
    let model: String =
      if case .local(let path) = profile.model {
        launch.mount(modelAt: path.value)
      } else {
        profile.model.text
      }
    launch.model = profile.name.value
    if let argument = options.modelArgument {
      launch.begin(with: argument.value.text, model)
    }
    if let variable = options.modelVariable { launch.set(variable.value, model) }
  }
}

extension Custom {
  /// `custom`: what amm has to know of the image.
  package struct Options: Record {
    package typealias Destination = LaunchOption

    package var written = FieldSet()
    package var port: Located<Int>?
    var modelArgument: Located<Argument>?
    var modelVariable: Located<EnvironmentVariable.Name>?
    package var health: Located<String>?
    package var healthCommand: Located<PlainText>?
    package var metrics: Located<String>?
    package var openAI: Located<Bool>?
    package var cache: Located<ContainerPath>?
    package var tokenVariable: Located<EnvironmentVariable.Name>?

    package init() {}

    package static let fields = FieldTable<Options, LaunchOption>([
      Field(
        "port", \.port, .integer(1024...65535), default: "8080",
        "The port that the server listens on in its container, on all addresses."),
      Field(
        "model_argument", \.modelArgument, .argument,
        "The option before the model's name or path, such as '--model'; they come first."),
      Field(
        "model_variable", \.modelVariable, .variableName,
        "The variable that holds the model's name or path, such as 'MODEL_ID'."),
      Field(
        "health", \.health, .urlPath,
        "The path that answers once the model is loaded, such as '/health'; asked with curl."),
      Field(
        "health_command", \.healthCommand, .plainText, default: "curl, where 'health' is set",
        "A command in the image that succeeds when the server answers."),
      Field("metrics", \.metrics, .urlPath, "The path of numbers for Prometheus."),
      Field(
        "openai", \.openAI, .boolean, default: "false",
        "Whether clients speak OpenAI's protocol to the server, below '/v1'."),
      Field(
        "cache", \.cache, .containerPath,
        "The folder in the container that keeps what is downloaded."),
      Field(
        "token_variable", \.tokenVariable, .variableName,
        "The variable that the server reads a Hugging Face token from, such as 'HF_TOKEN'."),
    ])
  }

  package static let checks: [Check] = [modelUnused, boundToItself]

  private static let modelUnused = Check(
    Rule(
      "custom-model-unused", .warning, "A custom server is told which model it serves.",
      Explanation(
        """
        amm does not know how such a server is told its model. It would start with a default of \
        its own, or without a model.
        """,
        wrong: """
          container:
            runtime: custom
            image: example.org/server:1.2
          """,
        right: """
          container:
            runtime: custom
            image: example.org/server:1.2
          custom:
            model_argument: --model
          """)),
    of: Custom.self
  ) { profile, options, report in
    guard options.modelArgument == nil, options.modelVariable == nil else { return }
    let name: String =
      if case .local(let path) = profile.model {
        "/models/" + path.value.lastPart
      } else {
        profile.model.text
      }
    let isWritten =
      profile.arguments.contains { $0.value.text.contains(name) }
      || profile.environment.contains { $0.item.value.contains(name) }
    guard !isWritten else { return }
    report(
      profile.runtime.range, "nothing tells the server to load '\(name)'",
      help: "set 'custom.model_argument' or 'custom.model_variable', or write it under 'arguments:'"
    )
  }
}

extension Custom {
  /// A container has an address of its own; its 127.0.0.1 is not the machine's.
  private static let boundToItself = Check(
    Rule(
      "custom-unreachable-address", "A custom server listens where its port can be reached.",
      Explanation(
        """
        Podman hands connections to the container's own address. A server that listens on \
        127.0.0.1 in its container answers its health check, and nobody else.
        """,
        wrong: """
          container:
            runtime: custom
            image: example.org/server:1.2
          custom:
            model_argument: --model
          arguments: [--host, 127.0.0.1]
          """,
        right: """
          container:
            runtime: custom
            image: example.org/server:1.2
          custom:
            model_argument: --model
          arguments: [--host, 0.0.0.0]
          """,
        source: "Podman 5.8, docs/source/markdown/options/publish.md"))
  ) { profile, report in
    func check(_ name: Substring, _ value: Substring, _ range: SourceRange) {
      let words = name.lowercased().split { $0 == "-" || $0 == "_" }
      guard let last = words.last, ["host", "hostname", "bind", "listen"].contains(last),
        // That of another server, such as `--redis-host`, has a word before.
        words.count == 1 || ["server", "http", "api", "ollama", "llama"].contains(words[0]),
        isLoopback(String(value))
      else { return }
      report(
        range, "a server that listens on \(value) in its container is reached by nobody",
        help: "write '0.0.0.0': the instance's 'bind' decides who may connect")
    }
    var option: Substring = ""
    for argument in profile.arguments {
      let value = argument.value.text.utf8.dropFirst(argument.option.utf8.count + 1)
      if !value.isEmpty {
        check(argument.option, Substring(value), argument.range)
      } else {
        check(option, argument.option, argument.range)
      }
      option = argument.option.utf8.first == UInt8(ascii: "-") ? argument.option : ""
    }
    for variable in profile.environment {
      check(variable.name.value.text[...], variable.item.value[...], variable.item.range)
    }
  }

  /// Whether an address, alone or with a port, is one that only the container itself reaches.
  private static func isLoopback(_ text: String) -> Bool {
    let host = text.hasPrefix("http://") ? String(text.dropFirst(7)) : text
    return host.hasPrefix("127.") || host == "::1" || host.hasPrefix("[::1]")
      || host == "localhost" || host.hasPrefix("localhost:")
  }
}

extension ValueType where Value == String {
  /// The path of a URL.
  fileprivate static let urlPath = grammar(
    "a path such as '/health'", "^/[A-Za-z0-9._~/-]*$"
  ) { text in
    text.utf8.count <= 200 && text.utf8.first == UInt8(ascii: "/")
      && text.utf8.allSatisfy { $0.isASCIIAlphanumeric || "._~/-".utf8.contains($0) }
  }
}

extension ValueType where Value == ContainerPath {
  fileprivate static let containerPath = parsed(
    "a path in the container", pattern: #"^/(?!.*\.volume)"#, plain: { .text($0.text) }
  ) { (text) throws(Refusal) in
    guard let path = ContainerPath(text) else {
      throw Refusal("must be an absolute path in the container, found '\(text.abbreviated)'")
    }
    return try path.refusingUnits()
  }
}
