package import Deployments
import Diagnostics
package import Schema
import Text
import Values
import YAML

/// Any server in any image; amm knows only what the profile describes.
package enum Custom: Runtime {
  package static let name = "custom"
  package static let sectionKey = "custom"
  package static let sources: [SourceSection.Kind] = [.huggingface, .local]
  package static let reserved: [String] = []

  package static let needsImage = true
  /// The option that selects a commit is not known.
  package static let loadsRevisions = false
  package static func image(for processor: Processor) -> ImageReference? { nil }

  package static func interface(of profile: Profile) -> ServerInterface {
    let options = options(of: profile)
    let port = options.port.flatMap { Port($0.value) } ?? Port(literal: 8080)
    let curl = options.health.flatMap {
      PlainText(ServerInterface.query(of: $0.value, at: port.number))
    }
    return ServerInterface(
      port: port, health: options.health?.value,
      healthCommand: options.healthCommand?.value ?? curl, info: nil,
      metrics: options.metrics?.value,
      openAI: options.openAI?.value == true ? OpenAIProtocol() : nil)
  }

  /// The meaning of log lines from all other runtimes, because the image can contain any of them.
  package static let log = Runtimes.all.filter { $0.name != name }
    .reduce(ServerLog()) { $0.joined(with: $1.log) }

  package static let openAIHelp: String? =
    "set 'custom.openai: true' in the profile if the server has that protocol"

  /// Returns nil, because the server's name for the model is not known.
  package static func identity(of launch: Launch, _ profile: Profile) -> ModelIdentity? { nil }

  /// Returns a cache that instances do not share, because the server may not support that.
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
  /// The section `custom`: what amm must know about the image.
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
        "The option for the model's name or path, such as '--model'; it is the first argument."),
      Field(
        "model_variable", \.modelVariable, .variableName,
        "The variable for the model's name or path, such as 'MODEL_ID'."),
      Field(
        "health", \.health, .urlPath,
        "The path that responds when the model is loaded, such as '/health'; queried with curl."),
      Field(
        "health_command", \.healthCommand, .plainText, default: "curl, if 'health' is set",
        "A command in the image that succeeds when the server responds."),
      Field("metrics", \.metrics, .urlPath, "The path of the metrics for Prometheus."),
      Field(
        "openai", \.openAI, .boolean, default: "false",
        "Whether the server has OpenAI's protocol under '/v1'."),
      Field(
        "cache", \.cache, .containerPath,
        "The folder in the container for downloads."),
      Field(
        "token_variable", \.tokenVariable, .variableName,
        "The variable from which the server reads a Hugging Face token, such as 'HF_TOKEN'."),
    ])
  }

  package static let checks: [Check] = [modelUnused, boundToItself]

  private static let modelUnused = Check(
    Rule(
      "custom-model-unused", .warning, "The model is not passed to the custom server.",
      Explanation(
        """
        amm does not know how to pass a model to a custom server. The server would start with its \
        default model, or without a model.
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
      profile.runtime.range, "no setting passes '\(name)' to the server",
      help:
        "set 'custom.model_argument' or 'custom.model_variable', or add it under 'arguments:'; a program that needs no model, such as a router, belongs under 'companions' in instances.yaml"
    )
  }
}

extension Custom {
  /// A container has its own address; its 127.0.0.1 is not the machine's.
  private static let boundToItself = Check(
    Rule(
      "custom-unreachable-address", "The server listens on an address that clients cannot reach.",
      Explanation(
        """
        Podman forwards connections to the container's own address. A server that listens on \
        127.0.0.1 in its container answers only its health check.
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
        // The option for another server, such as `--redis-host`, has a prefix.
        words.count == 1 || ["server", "http", "api", "ollama", "llama"].contains(words[0]),
        isLoopback(String(value))
      else { return }
      report(
        range, "clients cannot reach a server that listens on \(value) in its container",
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

  /// Whether an address, with or without a port, can be reached only from inside the container.
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
