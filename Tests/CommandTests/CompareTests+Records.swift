import Foundation
import TestSupport
import Testing

/// What `amm compare` keeps, and what it compares later.
extension CompareTests {
  @Test func `runs of different days are compared from their files`() throws {
    let server = try FakeServer()
    try workspace(server, tasks: ["quick": Self.quick])
    for day in ["monday", "friday"] {
      let result = try compare("one", "--task", "quick", "--json")
      try folder.write(result.output, to: day + ".json")
    }
    let (monday, friday) = (folder.file("monday.json").path, folder.file("friday.json").path)
    let both = try Program.amm("compare", "--files", monday, friday)
    #expect(both.status == 0, "\(both.errors)")
    #expect(both.output.contains("were not measured in turns"))
    #expect(both.output.contains("one/1"))

    let csv = try Program.amm("compare", "--files", monday, friday, "--csv")
    #expect(csv.output.hasPrefix("side,block,item,") && csv.output.contains("one/2,"))
    let page = folder.file("page.html").path
    #expect(try Program.amm("compare", "--files", monday, friday, "--html", page).status == 0)
    #expect(try folder.read("page.html").hasPrefix("<!DOCTYPE html>"))

    try folder.write("{}", to: "other.json")
    let other = try Program.amm("compare", "--files", monday, folder.file("other.json").path)
    #expect(other.status == 1)
    #expect(other.errors.contains("it is not a report of 'amm compare --json'"))
    #expect(try Program.amm("compare", "--files", monday, "/nonexistent").status == 3)
  }

  @Test func `what came out is recorded in the experiment that runs`() throws {
    let server = try FakeServer()
    try workspace(server, tasks: ["quick": Self.quick])
    let w = folder.file("w").path
    #expect(try Program.amm("experiment", "start", "speed", "--workspace", w).status == 0)
    let result = try compare("one", "one", "--task", "quick")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors.contains("recorded in experiment "))
    let id = try folder.read("w/experiments/.active").trimmingCharacters(in: .newlines)
    let data = try Data(contentsOf: folder.file("w/experiments/\(id).json"))
    let experiment = try #require(
      JSONSerialization.jsonObject(with: data) as? [String: Any])
    let results = try #require(
      (experiment["results"] as? [String: [[String: Any]]])?["model-one"])
    #expect(results.contains { $0["metric"] as? String == "median_throughput" })
    let path = try #require(results.first?["report"] as? String)
    let report = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: folder.file("w/" + path)))
        as? [String: Any])
    let claim = try #require((report["claims"] as? [[String: Any]])?.first)
    let sentence = try #require(claim["sentence"] as? String)

    // Which of two equal servers was faster by chance depends on the machine.
    let summary = try compare("--experiment", id)
    #expect(summary.status == 0, "\(summary.errors)")
    #expect(summary.output.hasPrefix("quick: \(sentence)"), "\(summary.output)")
    #expect(summary.output.contains("median_throughput"))
    #expect(try compare("--experiment", "nothing").status == 1)
  }

  @Test func `the last two profiles of an instance are compared by switching`() throws {
    let server = try FakeServer(models: ["model-one", "model-old"])
    try workspace(server, tasks: ["quick": Self.quick])
    try folder.write(
      folder.read("w/profiles/tiny/one.yaml").replacing("model-one", with: "model-old"),
      to: "w/profiles/tiny/old.yaml")
    let none = try compare("one", "--history", "2", "--task", "quick")
    #expect(none.status == 1 && none.errors.contains("has only served 'tiny/one'"))
    let w = folder.file("w").path
    try folder.write(
      try folder.read("w/instances.yaml")
        + "apply: {method: command, command: [sh, -c, \"cat active/one.yaml >> ../applied\"]}\n",
      to: "w/instances.yaml")
    for profile in ["tiny/old", "tiny/one"] {
      let result = try Program.run(
        Program.amm, ["switch", "one", profile, "--trust", "--workspace", w],
        environment: ["XDG_STATE_HOME": folder.file("state").path])
      #expect(result.status == 0, "\(result.errors)")
    }
    try folder.write("", to: "applied")
    #expect(
      try Program.run(
        Program.amm, ["trust", "--workspace", w],
        environment: ["XDG_STATE_HOME": folder.file("state").path]
      ).status == 0)
    let report = try json("one", "--history", "2", "--task", "quick")
    let names = (report["sides"] as? [[String: Any]])?.compactMap { $0["name"] as? String }
    #expect(names == ["tiny/one", "tiny/old"])
    #expect(report["interleaved"] as? Bool == false)
    // First, second, second, first: two switches, and the first profile is served again.
    let applied = try folder.read("applied").split(separator: "\n").filter { $0.hasPrefix("name:") }
    #expect(applied == ["name: model-old", "name: model-one"])
    let link = try FileManager.default.destinationOfSymbolicLink(
      atPath: folder.file("w/active/one.yaml").path)
    #expect(link == "../profiles/tiny/one.yaml")
  }
}
