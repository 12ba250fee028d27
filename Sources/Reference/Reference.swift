import Comparison
import Deployments
import Diagnostics
import Experiments
import Policies
import Profiles
import Schema
import Workspaces

/// The pages of `docs/reference`, generated from the declarations that the program uses.
package enum Reference {
  /// All pages with their file names.
  package static let pages: [(name: String, text: String)] =
    [
      ("profile.md", profile), ("instances.md", instances), ("runtimes.md", runtimes),
      ("experiment.md", experiment), ("task.md", task),
      ("policy.md", policy), ("models.md", Library.page), ("targets.md", targets),
    ] + Runtimes.all.compactMap { OptionPage.page(of: $0) }

  private static var profile: String {
    Markdown.page(
      "A profile",
      """
      `profiles/<category>/<name>.yaml` defines the model, the runtime, the parameters and the
      resources. [runtimes.md](runtimes.md) lists what each common setting becomes in each runtime,
      and the keys of each runtime's section.
      """,
      [
        Markdown.section("The file", ProfileDocument.fields.markdown()),
        Markdown.section("`source`", SourceSection.fields.markdown()),
        Markdown.section("`container`", ContainerSection.fields.markdown()),
        Markdown.section("`model`", ModelSection.fields.markdown()),
        Markdown.section("`parameters`", Parameters.fields.markdown()),
        Markdown.section("`performance`", Performance.fields.markdown()),
        Markdown.section("`resources`", Resources.fields.markdown()),
      ])
  }

  private static var policy: String {
    Markdown.page(
      "A policy",
      """
      The file of `amm validate --policy`: it defines what the people who change a workspace may use. Keep it where
      they cannot change it. [policy.md](../guide/policy.md) explains how to use it.
      """,
      [Markdown.section("The file", PolicyDocument.fields.markdown())])
  }

  private static var experiment: String {
    Markdown.page(
      "An experiment",
      """
      `experiments/<id>.json` records what was served, the results and the notes;
      `experiments/.active` contains the name of the running experiment. Programs may add results: they must hold
      an exclusive `flock` of the folder and replace the entire file.
      """,
      [
        Markdown.section("The file", Experiment.fields.markdown()),
        Markdown.section(
          "An item of `models`",
          "By the profile's name. A model has one item for each configuration in which it was served.\n\n"
            + ServedModel.fields.markdown()),
        Markdown.section("An item of `results`", ExperimentResult.fields.markdown()),
        Markdown.section("`interval`", ScoreInterval.fields.markdown()),
        Markdown.section("An item of `notes`", ExperimentNote.fields.markdown()),
      ])
  }

  private static var task: String {
    Markdown.page(
      "A task",
      """
      `tasks/<name>.yaml` defines what `amm compare` asks and how it scores the answers; `amm validate`
      checks it. The tasks in `share/amm/tasks` come with amm and are a good starting point.
      """,
      [
        Markdown.section("The file", TaskDocument.fields.markdown()),
        Markdown.section("`sampling`", Sampling.fields.markdown()),
        Markdown.section("`limits`", AnswerLimits.fields.markdown()),
        Markdown.section("An item of `items`", TaskItem.fields.markdown()),
        Markdown.section("An item of `messages`", TaskMessage.fields.markdown()),
        Markdown.section("`score`", ScoreSection.fields.markdown() + "\n\n" + scores),
      ])
  }

  /// What each kind of score checks.
  private static let scores = """
    Thoughts in `<think>` before an answer, and whitespace around the answer, are ignored.

    | kind | scores 1 when |
    | --- | --- |
    | `exact` | the answer is `expected`, or one of its list |
    | `contains` | the answer contains `expected`, or one of its list |
    | `pattern` | the regular expression matches somewhere in the answer, within two processor seconds |
    | `json` | the answer, or its first Markdown code block, is JSON equal to `expected`; the order of members does not matter |
    | `json_schema` | the answer, or its first Markdown code block, is JSON that the schema accepts; `amm explain unsupported-schema` lists the keywords |
    | `number` | the last number of the answer is `expected`, within `tolerance` |
    | `choice` | the letter that the answer chooses is `expected` |
    | `command` | the command ends with status 0; it gets the first Markdown code block, or else the entire answer, on standard input |
    | `closer` | by cosine similarity, the vector of `similar` is nearer to that of `anchor` than that of `dissimilar` |
    | `none` | nothing is scored |

    A failed request scores 0. A sandbox is a rootless Podman container without network and capabilities, with a
    read-only root, 64 MiB of `/tmp`, at most 128 processes, and a time limit of `timeout`. Its memory is limited
    to 512 MiB if the machine allows it.
    """

  private static var runtimes: String {
    Markdown.page(
      "Runtimes",
      """
      A runtime is the server program that runs a model. This page lists what becomes of a profile's
      settings in each runtime.
      """,
      [
        Markdown.section(
          "Common settings",
          """
          *warning*: the server ignores the setting, which does no harm.
          *error*: the model would not run as configured. The section of each runtime gives the reason
          and an alternative.


          """ + commonSettings),
        Markdown.section("Quantizations", words(Quantization.allCases) { $0.use(of: $1, on: nil) }),
        Markdown.section("Number formats", words(DataType.allCases) { $0.use(of: $1) }),
        Markdown.section("Servers and images", servers),
      ] + Runtimes.all.map { options(of: $0) })
  }

  private static var commonSettings: String {
    Markdown.table(
      ["setting"] + Runtimes.all.map { Markdown.code($0.name) },
      CommonField.allCases.map { field in
        [Markdown.code(field.path)]
          + Runtimes.all.map { runtime in
            switch runtime.use(of: field) {
            case .sets(let option): Markdown.code(option.text)
            case .ignored: "*warning*"
            case .refused: "*error*"
            }
          }
      })
  }

  /// Returns a table of the values of a setting for each runtime that has the setting.
  private static func words<Word: RawRepresentable & Equatable>(
    _ words: [Word], _ use: (any Runtime.Type, Word) -> WordUse
  ) -> String where Word.RawValue == String {
    let field: CommonField = Word.self == DataType.self ? .dtype : .quantization
    let runtimes = Runtimes.all.filter {
      if case .sets = $0.use(of: field) { true } else { false }
    }
    return Markdown.table(
      ["value"] + runtimes.map { Markdown.code($0.name) },
      words.filter { $0.rawValue != Quantization.none.rawValue }.map { word in
        [Markdown.code(word.rawValue)]
          + runtimes.map { runtime in
            switch use(runtime, word) {
            case .same: "yes"
            case .written(let other): Markdown.code(other)
            case .refused(let reason, _): "*error*: \(reason)"
            }
          }
      })
  }

  private static var servers: String {
    Markdown.table(
      [
        "runtime", "NVIDIA", "AMD", "Intel", "Vulkan", "processor", "port", "health", "info",
        "metrics", "cache",
      ],
      Runtimes.all.map { runtime in
        let sample = Profile.sample(of: runtime)
        let interface = sample.map { runtime.interface(of: $0) }
        let endpoint = interface?.endpoint
        return [Markdown.code(runtime.name)]
          + [Processor.nvidia, .amd, .intel, .vulkan, .cpu].map {
            Markdown.code(runtime.image(for: $0)?.text ?? "")
          }
          + [
            interface.map { String($0.port.number) } ?? "", Markdown.code(endpoint?.health ?? ""),
            Markdown.code(endpoint?.info ?? ""), Markdown.code(endpoint?.metrics ?? ""),
            Markdown.code(sample.flatMap { runtime.cache(of: $0)?.path.text } ?? ""),
          ]
      })
  }

  private static func options<R: Runtime>(of runtime: R.Type) -> String {
    let sources = R.sources.map { "`\($0.rawValue)`" }
    let reserved = R.reserved.map { "`\($0)`" }.joined(separator: ", ")
    let refusal =
      reserved.isEmpty
      ? "" : "\n\nSet by amm, and refused under `environment` and `arguments`: \(reserved)."
    return Markdown.section(
      "`\(R.name)`",
      "Loads models from \(Phrase.oneOf(sources)). Its own section is `\(R.sectionKey)`:\n\n"
        + R.Options.fields.markdown { $0.text } + others(of: runtime) + refusal
        + missing(in: runtime))
  }

  /// Links to the options without a field in amm.
  private static func others(of runtime: any Runtime.Type) -> String {
    OptionPage.page(of: runtime) == nil
      ? "" : "\n\nIt also accepts every other option: [all options](runtimes/\(runtime.name).md)."
  }

  /// Lists the common settings that a runtime lacks, and why; settings with the same reason are
  /// grouped.
  private static func missing(in runtime: any Runtime.Type) -> String {
    var reasons: [(text: String, fields: [CommonField])] = []
    for field in CommonField.allCases {
      let text: String
      switch runtime.use(of: field) {
      case .sets: continue
      case .ignored(let reason, let instead): text = "a warning, because \(reason); \(instead)"
      case .refused(let reason, let instead): text = "an error, because \(reason); \(instead)"
      }
      if let index = reasons.firstIndex(where: { $0.text == text }) {
        reasons[index].fields.append(field)
      } else {
        reasons.append((text, [field]))
      }
    }
    guard !reasons.isEmpty else { return "" }
    return "\n\nCommon settings that it does not have:\n\n"
      + reasons.map { reason in
        "- \(Phrase.allOf(reason.fields.map { "`\($0.rawValue)`" })): \(reason.text)."
      }.joined(separator: "\n")
  }
}

extension Profile {
  /// The smallest profile of a runtime, for information that does not depend on a profile.
  fileprivate static func sample(of runtime: any Runtime.Type) -> Profile? {
    let source =
      runtime.sources.contains(.huggingface)
      ? "{type: huggingface, model_id: organisation/model}"
      : "{type: ollama, model_id: model}"
    return Profile.read(
      SourceFile(
        path: "sample",
        text: """
          name: sample
          source: \(source)
          container: {runtime: \(runtime.name), image: example.org/image:1}
          category: embedding
          """)
    ).value
      ?? Profile.read(
        SourceFile(
          path: "sample",
          text: """
            name: sample
            source: \(source)
            container: {runtime: \(runtime.name), image: example.org/image:1}
            """)
      ).value
  }
}
