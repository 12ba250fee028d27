import Diagnostics
import Experiments
import Schema
import Testing
import Values

/// An experiment as a value: what is added, and what its file says.
struct ExperimentTests {
  private let time = "2025-11-20T10:15:00Z"

  private func served(
    _ profile: String = "coding/a", digest: String? = nil, hash: Character = "a"
  ) -> ServedModel {
    ServedModel(
      time: time, instance: "tgi-primary", profile: profile,
      profileHash: String(repeating: hash, count: 64), runtime: "tgi", model: "org/a",
      revision: nil, image: "ghcr.io/x/y:1", imageDigest: digest, devices: [], amm: "0.1.0")
  }

  private func result(_ score: Double) -> ExperimentResult {
    ExperimentResult(time: time, task: "coding", metric: "score", score: score)
  }

  private var empty: Experiment {
    Experiment(id: "20251120_101500", description: "Which is better?", started: time)
  }

  private func read(_ text: String) -> Outcome<Experiment> {
    Experiment.read(SourceFile(path: "experiments/x.json", text: text))
  }

  @Test func `a new experiment has the members of the design document`() {
    #expect(
      empty.text == """
        {
          "id": "20251120_101500",
          "description": "Which is better?",
          "started": "2025-11-20T10:15:00Z",
          "models": {},
          "results": {},
          "notes": []
        }

        """)
  }

  @Test func `what is written is read back as it was`() throws {
    var experiment = empty
    experiment.add(.served(served(), as: "a"))
    let interval = ScoreInterval(lower: -0.5, upper: 1e-7)
    let measured = ExperimentResult(
      time: time, task: "coding", metric: "tokens/s", score: 41.25, unit: "tokens/s",
      better: .lower, interval: interval, samples: 40, tool: "lm-eval 0.4.9",
      report: "experiments/x.csv")
    experiment.add(.result(measured, of: "a", servedAs: served(digest: "sha256:0")))
    experiment.add(.result(result(-1e300), of: "\"b\" 😀", servedAs: nil))
    experiment.add(.note(ExperimentNote("two\nlines", time: time)))
    experiment.stopped = .written(time)
    let outcome = read(experiment.text)
    #expect(outcome.diagnostics.isEmpty)
    #expect(try #require(outcome.value).text == experiment.text)
  }

  @Test func `a configuration is kept once, and results name it`() throws {
    var experiment = empty
    for _ in 0..<3 { experiment.add(.result(result(1), of: "a", servedAs: served())) }
    experiment.add(.result(result(1), of: "a", servedAs: served(hash: "b")))
    let models = try #require(experiment.models?.value)
    #expect(models.count == 1 && models[0].item.value.count == 2)
    let ids = models[0].item.value.map(\.value.id?.value)
    #expect(ids[0] != ids[1])
    let named = experiment.results?.value[0].item.value.map(\.value.servedModel?.value)
    #expect(named == [ids[0], ids[0], ids[0], ids[1]])
  }

  @Test func `what is known better takes the place of what no result names`() {
    var experiment = empty
    experiment.add(.served(served(), as: "a"))
    experiment.add(.served(served(digest: "sha256:0"), as: "a"))
    #expect(experiment.models?.value[0].item.value.count == 1)
    #expect(
      experiment.models?.value[0].item.value[0].value.imageDigest?.value == "sha256:0")

    experiment.add(.result(result(1), of: "b", servedAs: served()))
    experiment.add(.served(served(digest: "sha256:0"), as: "b"))
    #expect(experiment.models?.value[1].item.value.count == 2)
  }

  @Test func `a score without its source is of what was seen last`() {
    var experiment = empty
    experiment.add(.result(result(1), of: "a", servedAs: nil))
    experiment.add(.served(served(), as: "a"))
    experiment.add(.served(served(hash: "b"), as: "a"))
    experiment.add(.result(result(1), of: "a", servedAs: nil))
    let named = experiment.results?.value[0].item.value.map(\.value.servedModel?.value)
    #expect(named == [nil, served(hash: "b").id?.value])
  }

  @Test func `names come from the time and never twice`() {
    #expect(ExperimentID.made(at: time) { _ in false } == "20251120_101500")
    let taken: Set = ["20251120_101500", "20251120_101500_2"]
    #expect(ExperimentID.made(at: time, isTaken: taken.contains) == "20251120_101500_3")
  }

  @Test(arguments: ["2025-11-20-coding-test", "20251120_101500_2", "a"])
  func `a name is letters, digits and strokes`(name: String) {
    #expect(ExperimentID.isLegal(name))
  }

  @Test(arguments: [
    "", "..", "a/b", ".active", "-x", "a b", "é", "a\n", String(repeating: "a", count: 65),
  ])
  func `nothing that leads elsewhere is a name`(name: String) {
    #expect(!ExperimentID.isLegal(name))
  }

  @Test(arguments: [
    ("\"score\": 1", "\"score\": \"1\"", "bad-value"),
    ("\"score\": 1", "\"score\": 1e999", "out-of-range"),
    ("\"score\": 1", "\"score\": null", "missing-value"),
    ("\"score\": 1", "\"scores\": 1", "unknown-key"),
    ("\"score\": 1", "\"samples\": 1", "missing-key"),
    ("\"notes\": []", "\"notes\": {}", "wrong-kind"),
    ("\"notes\": []", "\"notes\": [], \"notes\": []", "duplicate-key"),
    ("20251120_101500", "../../x", "bad-value"),
    ("2025-11-20T10:15:00Z", "yesterday", "bad-value"),
    ("coding", "hf_abcdefghijklmnopqrstuvwxyz0123456789", "secret-value"),
    ("coding", "a\\u0007b", "bad-value"),
  ])
  func `a damaged file is refused with its place`(
    old: String, new: String, code: String
  ) throws {
    var experiment = empty
    experiment.add(.result(result(1), of: "a", servedAs: nil))
    let outcome = read(experiment.text.replacing(old, with: new))
    #expect(outcome.value == nil)
    let first = try #require(outcome.diagnostics.first)
    #expect(first.rule.code == code)
    #expect(first.location.path == "experiments/x.json")
    #expect(first.location.range != nil)
  }
}
