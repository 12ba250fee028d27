import Deployments
import Diagnostics
import Schema

extension WorkspaceChecks {
  static let activeLink = WorkspaceCheck(
    Rule(
      "active-link", "An instance has no relative link to a profile of the workspace.",
      Explanation(
        """
        The link selects the profile that the instance serves. A link that is absolute or points \
        outside the workspace breaks in a clone or in the Nix store.
        """,
        wrong: """
          # active/main.yaml -> /home/me/models/profiles/coding/demo.yaml
          """,
        right: """
          # active/main.yaml -> ../profiles/coding/demo.yaml
          """))
  ) { workspace, rule, collector in
    for instance in workspace.instances {
      let name = instance.name.value.text
      let path = workspace.location.activeFolder + "/" + name + ".yaml"
      func refuse(_ message: String, help: String? = nil) {
        collector.emit(
          Diagnostic(
            rule, at: SourceLocation(path: path), message,
            help: [help ?? "ln -sfn ../profiles/CATEGORY/PROFILE.yaml \(path)"],
            notes: [collector.note(instance.name.range, "the instance is declared here")]))
      }
      switch workspace.link(of: instance)?.state {
      case nil: refuse("the instance '\(name)' has no active profile")
      case .notALink:
        // 'ln -f' would delete the file.
        let profile = "profiles/CATEGORY/\(name).yaml"
        let root = workspace.location.activeFolder.dropLast("active".utf8.count)
        refuse(
          "this is not a symbolic link",
          help: "move it to \(root)\(profile), then: ln -s ../\(profile) \(path)")
      case .absolute(let target):
        // The target may be a profile of this workspace, by its whole path.
        let profile = target.firstRange(of: "/profiles/").map { target[$0.upperBound...] }
        refuse(
          "the link is absolute ('\(target)') and would break if the workspace is moved",
          help: profile.flatMap(Self.link).map { "ln -sfn \($0) \(path)" })
      case .outside(let target): refuse("the link points outside the workspace ('\(target)')")
      case .notAProfile(let target):
        refuse("the link points to '\(target)', which is not a profile of the workspace")
      case .dangling(let target): refuse("the link is broken ('\(target)' does not exist)")
      case .profile: continue
      }
    }
  }

  /// Returns the relative link to a profile, if its path needs no quotes in a shell.
  private static func link(to profile: Substring) -> String? {
    let isPlain = profile.allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || "./_-".contains($0))
    }
    return isPlain && profile.hasSuffix(".yaml") ? "../profiles/\(profile)" : nil
  }

  static let strayLink = WorkspaceCheck(
    Rule(
      "stray-link", .warning, "An active link belongs to no instance.",
      Explanation(
        """
        Nothing is generated for the link. Usually the name is misspelt, or the instance was \
        renamed and still serves something else.
        """,
        wrong: """
          # instances.yaml
          instances:
            coding: {port: 8080}
          # active/codng.yaml -> ../profiles/coding/demo.yaml
          """,
        right: """
          # instances.yaml
          instances:
            coding: {port: 8080}
          # active/coding.yaml -> ../profiles/coding/demo.yaml
          """))
  ) { workspace, rule, collector in
    // Otherwise a stray link is probably a consequence of another error, and would come first.
    guard workspace.knowsNames, let names = workspace.declaredNames else { return }
    let known = Set(names.map { Array($0.utf8) })
    for link in workspace.links
    where !known.contains(Array(link.instance.utf8)) && !collector.isFullOfWarnings {
      let help =
        Suggestion.help(
          for: link.instance, among: names,
          otherwise: "add it to instances.yaml, or remove the link")
      collector.emit(
        Diagnostic(
          rule, at: SourceLocation(path: link.path), "there is no instance '\(link.instance)'",
          help: [help]))
    }
  }
}
