package import Deployments
import Diagnostics
package import Schema
import Values

/// Checks of what a profile exposes to its server, because profiles may come from untrusted
/// sources.
enum ExposureChecks {
  static let rule = Rule(
    "host-exposed", "The container can access something that gives control over the host.",
    Explanation(
      """
      A Podman socket, even one mounted read-only, lets the server start containers with your \
      rights. Keys and settings let it act as you. No model needs them. If something else in an \
      instance does, mark its mount with 'unsafe: true'.
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

  /// Checks the host paths that a profile mounts by their text; the checks of a workspace follow
  /// links.
  static let mounts = Check(rule) { profile, report in
    for path in profile.hostPaths {
      guard let exposure = HostExposure(of: path.value.text) else { continue }
      report(
        path.range, "'\(path.value.text)' is \(exposure.reason)",
        help: exposure.instead ?? "name a folder or file that contains only a model")
    }
  }

  /// Checks for variables that change which code runs or where traffic goes.
  static let variables = Check(
    Rule(
      "unsafe-variable", .warning,
      "A variable changes which code the server runs or where its traffic goes.",
      Explanation(
        """
        The loader, the interpreters and the HTTP libraries of an image read these variables. In a \
        profile from someone else, they can load other code into the server or send its traffic \
        through another machine. An instance may set them, because instances.yaml is your own file.
        """,
        wrong: """
          environment:
            HTTPS_PROXY: "http://proxy.example:3128"
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
      guard isUnsafe(name) else { continue }
      report(
        variable.name.range,
        proxies.contains(name.uppercased())
          ? "'\(name)' sends the server's traffic through another machine"
          : "'\(name)' changes which code the server runs, or which certificates it trusts",
        help: "remove it, or set it for the instance in instances.yaml")
    }
  }

  /// Whether a variable changes which code a server runs or where its traffic goes.
  static func isUnsafe(_ name: String) -> Bool {
    names.contains(name) || name.hasPrefix("LD_") || proxies.contains(name.uppercased())
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
  /// The host paths that the profile mounts, as they are written.
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
