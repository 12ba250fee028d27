import ArgumentParser
import Deployments
import Diagnostics
import Host
import Locks
import Operations
import Values

/// The program behind `amm lock`, `amm add` and what fetches models: it answers with a JSON object a line.
struct FetchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "amm-fetch",
    abstract: "Ask hubs and registries, and fetch models: what amm itself starts for that.",
    discussion: """
      A model is named as in models.lock.json: huggingface:ORG/NAME@REVISION#QUANTIZATION, \
      ollama:NAME:TAG. The hub is HF_ENDPOINT, its token is read from where 'hf auth login' keeps it, \
      proxies from https_proxy and no_proxy.

      Examples:
        amm-fetch describe huggingface:Qwen/Qwen3-8B image:docker.io/vllm/vllm-openai:v0.33.0
        amm-fetch files --lock models.lock.json --into ~/.cache/huggingface/hub KEY
        amm-fetch verify --lock models.lock.json --in ~/.cache/huggingface/hub KEY
      """,
    version: Operations.Release.version,
    subcommands: [Describe.self, FetchFiles.self, Verify.self])
}

/// What each name means now, an entry of a lock a line.
struct Describe: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say which commit, files and digests names mean now.")

  @ArgumentParser.Argument(help: "Models and images, by the keys that a lock has for them.")
  var keys: [String]

  func run() throws {
    let web = try Web()
    var failures = 0
    for key in keys {
      do throws(WebError) {
        Report.write(.set(["key": .text(key), "lock": try entry(key, web)]))
      } catch {
        failures += 1
        Report.failure(key, error)
      }
    }
    if failures > 0 { throw ExitCode(1) }
  }

  private func entry(_ key: String, _ web: Web) throws(WebError) -> Value {
    var lock = ModelLock()
    if key.hasPrefix("image:") {
      let text = String(key.dropFirst(6))
      guard let image = ImageReference(text) else {
        throw WebError(.wrong, "'\(text)' names no image")
      }
      lock.images[String(text.prefix { $0 != "@" })] = try Registry(web: web).image(image)
    } else {
      guard let name = ModelName(key: key) else {
        throw WebError(.wrong, "'\(key)' names no model")
      }
      switch name {
      case .hub(let id, let revision, let pick):
        lock.models[name] = try Hub(web).model(id, revision, pick)
      case .ollama(let model): lock.models[name] = try Registry(web: web).ollama(model)
      }
    }
    return lock.value
  }
}

/// What both of the following are given.
struct LockOptions: ParsableArguments {
  @Option(help: "The lock that says which files.")
  var lock: String

  @ArgumentParser.Argument(help: "Models, by their keys in the lock.")
  var keys: [String]

  /// The models of the keys.
  func models() throws -> [ModelDownload] {
    do throws(HostError) {
      guard let bytes = try Files.read(lock, limit: ModelLock.limit) else {
        throw HostError("read", lock, reason: "there is no such file")
      }
      let outcome = ModelLock.read(SourceFile(path: lock, bytes: bytes))
      guard let found = outcome.value else {
        let reason = outcome.diagnostics.first?.message ?? "it is no lock"
        throw HostError("read", lock, reason: reason)
      }
      var models: [ModelDownload] = []
      for key in keys {
        guard let name = ModelName(key: key), let model = found.models[name] else {
          throw HostError("find", key, reason: "the lock has no such model")
        }
        models.append(ModelDownload(key: key, name: name, model: model))
      }
      return models
    } catch {
      Report.failure(keys.first ?? "", WebError(error))
      throw ExitCode(1)
    }
  }
}

/// Fetches the files of models that a lock names.
struct FetchFiles: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "files", abstract: "Fetch the files of models at the commits of a lock.")

  @OptionGroup var options: LockOptions

  @Option(help: "The cache of the hub's that they go to.")
  var into: String

  func run() throws {
    let hub = try Hub(try Web())
    var failures = 0
    for model in try options.models() {
      do throws(WebError) {
        try model.fetch(from: hub, into: into)
        Report.write(.set(["key": .text(model.key), "done": true]))
      } catch {
        failures += 1
        Report.failure(model.key, error)
      }
    }
    if failures > 0 { throw ExitCode(1) }
  }
}

/// Compares files with the hashes of a lock.
struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Look whether files on the disk have the hashes of a lock.")

  @OptionGroup var options: LockOptions

  @Option(name: .customLong("in"), help: "The cache of the hub's that they are in.")
  var place: String

  func run() throws {
    var failures = 0
    for model in try options.models() {
      do throws(WebError) {
        failures += try model.verify(in: place)
        Report.write(.set(["key": .text(model.key), "done": true]))
      } catch {
        failures += 1
        Report.failure(model.key, error)
      }
    }
    if failures > 0 { throw ExitCode(1) }
  }
}
