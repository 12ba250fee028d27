import ArgumentParser
import Deployments
import Diagnostics
import Host
import Locks
import Operations
import Values

/// The program that `amm lock`, `amm add` and others start; prints one JSON object per line.
struct FetchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "amm-fetch",
    abstract: "Query hubs and registries, and download models. Started by amm.",
    discussion: """
      Models are named as in models.lock.json: huggingface:ORG/NAME@REVISION#QUANTIZATION or \
      ollama:NAME:TAG. HF_ENDPOINT sets the hub, and https_proxy and no_proxy set proxies. \
      The token is read from the file that 'hf auth login' writes.

      Examples:
        amm-fetch describe huggingface:Qwen/Qwen3-8B image:docker.io/vllm/vllm-openai:v0.33.0
        amm-fetch files --lock models.lock.json --into ~/.cache/huggingface/hub KEY
        amm-fetch verify --lock models.lock.json --in ~/.cache/huggingface/hub KEY
      """,
    version: Operations.Release.version,
    subcommands: [Describe.self, FetchFiles.self, Verify.self])
}

/// Prints the current lock entry of each name, one per line.
struct Describe: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the current commits, files and digests of names.")

  @ArgumentParser.Argument(help: "Models and images, as keys of a lock.")
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
        throw WebError(.wrong, "'\(text)' is not an image name")
      }
      lock.images[String(text.prefix { $0 != "@" })] = try Registry(web: web).image(image)
    } else {
      guard let name = ModelName(key: key) else {
        throw WebError(.wrong, "'\(key)' is not a model key")
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

/// The options of the following two commands.
struct LockOptions: ParsableArguments {
  @Option(help: "The lock that lists the files.")
  var lock: String

  @ArgumentParser.Argument(help: "Models, as keys of the lock.")
  var keys: [String]

  /// Reads the models of the keys from the lock.
  func models() throws -> [ModelDownload] {
    do throws(HostError) {
      guard let bytes = try Files.read(lock, limit: ModelLock.limit) else {
        throw HostError("read", lock, reason: "there is no such file")
      }
      let outcome = ModelLock.read(SourceFile(path: lock, bytes: bytes))
      guard let found = outcome.value else {
        let reason = outcome.diagnostics.first?.message ?? "it is not a lock"
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

/// Downloads the files of models in a lock.
struct FetchFiles: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "files", abstract: "Download the files of models at the commits of a lock.")

  @OptionGroup var options: LockOptions

  @Option(help: "The hub cache to download to.")
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

/// Compares files with the hashes in a lock.
struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check whether files on the disk match the hashes in a lock.")

  @OptionGroup var options: LockOptions

  @Option(name: .customLong("in"), help: "The hub cache with the files.")
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
