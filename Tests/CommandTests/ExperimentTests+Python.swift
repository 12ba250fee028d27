import Foundation
import TestSupport
import Testing

/// What the design document calls AIDB: Python programs that read profiles and log scores.
extension ExperimentTests {
  @Test(.needs(.python))
  func `the design document's functions run, their import line apart`() throws {
    try start()
    #expect(try amm("switch", "tgi-primary", "codellama", "--no-apply").status == 0)
    let result = try python(
      """
      from ai_models import get_active_model, log_experiment_result
      model_config = get_active_model("tgi-primary")
      log_experiment_result(model_config["name"], "coding", 0.5)
      print(model_config["source"]["model_id"])
      """)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output == "codellama/CodeLlama-7b-Instruct-hf\n")
    let models = try #require(try experiment["models"] as? [String: [[String: Any]]])
    let logged = try #require(try results(of: "codellama-7b-instruct").first)
    #expect(logged["served"] as? String == models["codellama-7b-instruct"]?[0]["id"] as? String)
    #expect(try amm("experiment", "show").output.contains("0.5"))
  }

  @Test(
    .needs(.python),
    arguments: [
      ("log_experiment_result('m', 't', 1)", "ValueError: no experiment is running"),
      ("get_active_model('nope')", "ValueError: no instance 'nope' with a profile"),
    ])
  func `Python reports what is missing`(call: String, message: String) throws {
    let result = try python("from ai_models import *; " + call)
    #expect(result.status == 1 && result.errors.contains(message), "\(result.errors)")
  }

  /// As the document prints them, with its own paths and nothing of amm's.
  @Test(.needs(.python))
  func `the design document's own text finds its files where it looks`() throws {
    try start()
    let result = try python(
      """
      import yaml
      from pathlib import Path

      def get_active_model(service="tgi-primary"):
          config_path = Path.home() / ".config/ai-models/active" / f"{service}.yaml"
          with open(config_path) as f:
              config = yaml.safe_load(f)
          return config

      def log_experiment_result(model_name, task, score):
          exp_id = Path.home() / ".config/ai-models/experiments/.active"
          exp_file = Path.home() / ".config/ai-models/experiments" / f"{exp_id.read_text().strip()}.json"
          import json
          with open(exp_file) as f:
              experiment = json.load(f)
          experiment["results"].setdefault(model_name, []).append({"task": task, "score": score})
          with open(exp_file, "w") as f:
              json.dump(experiment, f)

      model_config = get_active_model("tgi-primary")
      log_experiment_result(model_config["name"] + " \\U0001F680", "coding", 0.5)
      """)
    #expect(result.status == 0, "\(result.errors)")
    let shown = try amm("experiment", "show")
    #expect(shown.status == 0, "\(shown.errors)")
    #expect(
      shown.output.contains("deepseek-coder-7b-instruct 🚀") || shown.output.contains("🚀  0.5"))
  }

  @Test(
    .needs(.python),
    arguments: [
      "log_experiment_result('m', 't', float('nan'))",
      "log_experiment_result('m', 'a\\nb', 1)", "log_experiment_result('m' * 501, 't', 1)",
      "log_experiment_result('m', 't', 'good')",
    ])
  func `what amm would refuse, Python refuses`(call: String) throws {
    try start()
    let before = try folder.read("\(workspace)/experiments/\(id).json")
    let result = try python("from ai_models import *; " + call)
    #expect(result.status == 1 && result.errors.contains("ValueError"), "\(result.errors)")
    #expect(try folder.read("\(workspace)/experiments/\(id).json") == before)
  }

  @Test(.needs(.python))
  func `Python asks amm where a server is`() throws {
    let result = try python(
      "from ai_models import *; e = get_endpoint('tgi-secondary'); print(e['url'], e['model'])")
    #expect(result.output == "http://127.0.0.1:8085 bigcode/starcoder2-7b\n", "\(result.errors)")
    #expect(try python("from ai_models import *; get_endpoint('tgi')").status == 1)
  }

  @Test(.needs(.python))
  func `files are what the schema says`() throws {
    try start()
    #expect(try amm("switch", "tgi-primary", "codellama", "--no-apply").status == 0)
    #expect(
      try amm(
        "exp", "log", "--model", "codellama", "--task", "t", "--score", "1", "--unit", "s",
        "--better", "lower"
      ).status == 0)
    #expect(try amm("exp", "note", "n").status == 0)
    #expect(try amm("exp", "stop").status == 0)
    let result = try python(
      """
      import json, pathlib, subprocess, jsonschema
      schema = json.loads(subprocess.check_output(["amm", "schema", "experiment"]))
      jsonschema.Draft202012Validator.check_schema(schema)
      validator = jsonschema.Draft202012Validator(schema)
      folder = pathlib.Path.home() / ".config/ai-models"
      assert json.loads((folder / "schemas/experiment.json").read_text()) == schema
      for path in (folder / "experiments").glob("*.json"):
          experiment = json.loads(path.read_text())
          validator.validate(experiment)
          for key in schema["required"]:
              broken = {k: v for k, v in experiment.items() if k != key}
              assert not validator.is_valid(broken), key
          experiment["results"]["codellama-7b-instruct"][0]["score"] = "good"
          assert not validator.is_valid(experiment)
          print(path.name)
      """)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.hasSuffix(".json\n"))
  }
}
