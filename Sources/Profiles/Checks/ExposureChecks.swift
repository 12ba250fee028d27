package import Deployments
import Diagnostics
package import Schema
import Values

/// What a profile may not hand to its server: profiles are copied from places that nobody vouches for.
enum ExposureChecks {
  static let rule = Rule(
    "host-exposed", "A container does not see what the host could be taken over with.",
    Explanation(
      """
      A socket of Podman, even one mounted read-only, lets the server start containers with your \
      rights; keys and settings let it act as you. No model needs them. Where something else in an \
      instance does, its mount says so.
      """,
      wrong: """
        source:
          type: local
          path: /run/user/1000/podman/podman.sock
        """,
      right: """
        # profiles/coding/demo.yaml
        source:
          type: local
          path: /srv/models/demo
        # instances.yaml
        instances:
          main:
            port: 8080
            volumes:
              - {source: /run/user/1000/podman/podman.sock, target: /podman.sock, unsafe: true}
        """,
      source: "Podman 5.4.2, docs/source/markdown/podman-system-service.1.md"))

  /// The host's files that a profile mounts: by their text alone, links are looked at in a workspace.
  static let mounts = Check(rule) { profile, report in
    for path in profile.hostPaths {
      guard let exposure = HostExposure(of: path.value.text) else { continue }
      report(
        path.range, "'\(path.value.text)' is \(exposure.reason)",
        help: exposure.instead ?? "name a folder or file that holds a model, and nothing else")
    }
  }

  /// Variables that decide which code is run, or who reads what is sent.
  static let variables = Check(
    Rule(
      "unsafe-variable", .warning,
      "A profile's variables do not change which code runs or where its traffic goes.",
      Explanation(
        """
        The loader, the interpreters and the HTTP libraries of an image obey these variables. In a \
        profile from somebody else, they can put other code into the server, or have everything it \
        sends read by another machine. An instance may set them: that is your own file.
        """,
        wrong: """
          environment:
            LD_PRELOAD: /models/helper.so
          """,
        right: """
          # instances.yaml
          instances:
            main: {port: 8080, environment: {HTTPS_PROXY: "http://proxy.example:3128"}}
          """,
        source: "ld.so(8); Python 3.13, Doc/using/cmdline.rst; curl 8, docs/libcurl/libcurl-env.md")
    )
  ) { profile, report in
    for variable in profile.environment {
      let name = variable.name.value.text
      let isKnown = names.contains(name) || name.hasPrefix("LD_")
      guard isKnown || proxies.contains(name.uppercased()) else { continue }
      report(
        variable.name.range,
        proxies.contains(name.uppercased())
          ? "'\(name)' sends what the server fetches through another machine"
          : "'\(name)' changes which code the server runs, or whom it trusts",
        help: "remove it; where you want it, set it for the instance in instances.yaml")
    }
  }

  private static let names: Set = [
    "PATH", "PYTHONPATH", "PYTHONHOME",
    "PYTHONSTARTUP",
    "BASH_ENV", "ENV", "NODE_OPTIONS", "PERL5LIB", "PERL5OPT", "RUBYOPT", "GCONV_PATH",
    "GIT_SSH_COMMAND", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE",
  ]

  private static let proxies: Set = [
    "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "FTP_PROXY", "HF_ENDPOINT",
  ]
}

extension Profile {
  /// The paths of the host that it mounts, as they are written.
  package var hostPaths: [Located<HostPath>] {
    var paths: [Located<HostPath>] = []
    if case .local(let path) = model { paths.append(path) }
    for setting in settings.own {
      guard case .text(let text) = setting.value.value, text.hasPrefix("/") || text.hasPrefix("~/"),
        let path = HostPath(text), isMounted(path)
      else { continue }
      paths.append(Located(path, setting.value.range))
    }
    return paths
  }

  private func isMounted(_ path: HostPath) -> Bool {
    Launch.of(self).allMounts.contains { mount in
      guard case .path(let source) = mount.source else { return false }
      return source == path || source == path.parent
    }
  }
}
