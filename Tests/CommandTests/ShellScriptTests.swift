import Diagnostics
import Foundation
import Imports
import Schema
import TestSupport
import Testing

/// Scripts as a shell reads them: which words a server gets.
struct ShellScriptTests {
  /// A script that starts servers with `vllm`, and nothing that is not known.
  static let scripts: [String] = [
    "vllm serve a",
    "vllm serve 'a b' \"c d\" e\\ f g\"h i\"j",
    "vllm serve \"a\\\"b\\$c\\\\d\\e\" '\\n' \\x",
    "vllm serve a \\\n  --b \\\n  c",
    "vllm serve a # comment\nvllm serve b #c",
    "vllm serve a#b '#' c",
    "A=b; vllm serve $A ${A} \"$A\" x$A\"y\"",
    "A='b c'; vllm serve $A \"$A\" x$A",
    "A=b\nA+=c\nA+=' d'\nvllm serve $A \"$A\"",
    "A=''; vllm serve $A \"$A\" ${A:-d} ${A-d} ${A:+e} ${A+f}",
    "A=x; vllm serve ${A:-d} ${A-d} ${A:+e} ${A+f g} \"${A:+g h}\"",
    "vllm serve ${A:-d} ${A-d e} ${A:+f} ${A+g} \"${A:-h i}\" ${A:-\"j k\"}",
    "vllm serve ${A:=d} $A; vllm serve \"$A\"",
    ": ${A:=d}; vllm serve \"${A:?must be set}\"",
    "A=b; B=\"${A:-x}/c\"; vllm serve \"${B:-${A:-y}}\" \"${C:-${B}}\"",
    "A=(a 'b c' d); vllm serve \"${A[@]}\"",
    "A=(a 'b c' d); vllm serve ${A[@]} \"${A[*]}\" ${A[*]}",
    "A=(\n  --x 1  # comment\n  # another\n  --y \"2 3\"\n)\nvllm serve \"${A[@]}\"",
    "A=(a); A+=(b \"c d\"); A+=(); vllm serve \"${A[@]}\" ${A[0]} \"${A[2]}\" \"$A\"",
    "A=(); vllm serve x \"${A[@]}\" ${A[@]+\"${A[@]}\"} y",
    "A=(b); vllm serve x ${A[@]+\"${A[@]}\"} \"${A[@]:+${A[@]}}\" y",
    "A=(a b); B=(\"${A[@]}\" c); vllm serve p\"${B[@]}\"s",
    "CMD=(vllm serve 'a b'); CMD+=(--c); \"${CMD[@]}\"",
    "CMD='vllm serve a --b c'; $CMD",
    "CMD=\"vllm serve 'a b'\"; eval \"$CMD --c\"",
    "vllm serve $'a\\tb\\x41\\101\\u00e9\\'' $\"d\"",
    "export A=b C=\"d e\"; vllm serve $A \"$C\"",
    "declare -r A=b; readonly C=d; typeset E=f; vllm serve $A $C $E",
    "A=b vllm serve a; env A=b C=d vllm serve c",
    "vllm serve a{b,c}d {1..3} {x,{y,z}} '{a,b}' {\"k\":1} a{b}c {,x}",
    "if true; then vllm serve a; else vllm serve b; fi",
    "if [ x = y ]; then A=1; elif [ x = x ]; then A=2; else A=3; fi; vllm serve $A",
    "A=x; [ -n \"$A\" ] && B=1; [ -z \"$A\" ] && B=2; vllm serve $B",
    "A=x; [[ $A == x && -n $A ]] && B=(--c d); vllm serve a \"${B[@]}\"",
    "A=x; [[ $A == y || -z $A ]] || B=1; vllm serve $B",
    "A=start; case \"$A\" in stop) B=1 ;; start|run) B=2 ;; *) B=3 ;; esac; vllm serve $B",
    "A=other; case $A in (stop) B=1;; *) B=3;; esac; vllm serve $B",
    "{ vllm serve a; }; ( vllm serve b ); ! vllm serve c; time vllm serve d",
    "(A=b; vllm serve $A); A=c; (A=d); vllm serve $A",
    "f() { vllm serve \"$1\" --port $2; }; f a 1; f 'b c' 2",
    "function f { local m=$1; shift; vllm serve $m \"$@\"; }; f a --b 'c d'",
    "f() { vllm serve \"${1:-d}\" \"${2:-e}\"; }\nf\nf x",
    "for p in 1 2; do vllm serve m --port $((p * 10 + 1)) & done; wait",
    "M=(a 'b c'); for i in \"${!M[@]}\"; do vllm serve \"${M[$i]}\" --port \"80$i\"; done",
    "M=(a b c); for ((i = 0; i < ${#M[@]}; i += 2)); do vllm serve ${M[i]} ${#M[@]}; done",
    "for n in $(seq 3 -1 1) {7..8}; do vllm serve m$n; done",
    "x=7; vllm serve m --port $((x % 4 + 2 * (3 - -1) - ${x} / 2))",
    "cd /; vllm serve $PWD; cd /usr/ && vllm serve \"$PWD\"",
    "for a in 1 2; do for b in x y; do vllm serve $a$b; done; done",
    "set -euo pipefail\nset -- a b; set -eo pipefail; vllm serve \"$1\" \"$2\"",
    "set -- --a 'b c'; vllm serve \"$@\"; shift; vllm serve \"$1\"",
    "vllm serve a >/dev/null 2>&1 </dev/null; vllm serve b &>/dev/null; vllm serve c 2>>x.log 3>&-",
    "cat <<EOF >/dev/null\nvllm serve no\n'quote\nEOF\nvllm serve a",
    "cat <<-'EOF' >/dev/null\n\tvllm serve no $(x\n\tEOF\nvllm serve a",
    "bash <<EOF\nvllm serve a 'b c'\nEOF",
    "bash -c 'vllm serve \"a b\" c'; sh -c \"vllm serve d\"",
    "A=x; bash -c \"vllm serve $A 'y z'\"",
    "nohup vllm serve a; exec vllm serve b",
    "timeout 10 nice -n 5 env A=b vllm serve a",
    "stdbuf -oL vllm serve a; setsid -w vllm serve b; nice vllm serve c",
    "A=$(vllm serve a); B=`vllm serve b`",
    "true && vllm serve a || vllm serve b",
    "false || vllm serve a | cat",
    "echo vllm serve a >/dev/null; printf '%s' \"vllm serve b\" >/dev/null; which vllm >/dev/null; vllm serve c",
    "V=$(command -v vllm); \"$V\" serve a",
    "unset A; A=b; unset A; vllm serve ${A:-c}",
    "A='*'; vllm serve \"$A\" '?' \"[a]\"",
    "A=\"a\nb  c\"; vllm serve $A \"$A\"",
    "until true; do :; done; vllm serve a",
    "vllm serve --x='{\"a\": \"b c\"}' --y=\"{\\\"a\\\": 1}\"",
    "A=b;vllm serve $A;B=c&&vllm serve $B",
    "vllm serve a;\n\n\n;\n",
  ].filter { !$0.hasSuffix(";\n") }

  private static func words(of text: String) -> [[String]] {
    CommandSource.servers(in: SourceFile(path: "start.sh", text: text)).map { server in
      server.command.map(\.value)
    }
  }

  /// Each script is run by bash with a `vllm` that writes down its words.
  ///
  /// The words of one start are one write, as two starts may run beside each other.
  @Test(.needs(.program("bash")), arguments: scripts)
  func `words are those of bash`(script: String) throws {
    let folder = try TemporaryFolder()
    let bin = folder.file("bin").path
    try folder.write(
      "#!/bin/bash\nprintf '%s\\1' $'\\2' vllm \"$@\" >>\"$OUT\"\n",
      to: "bin/vllm")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: bin + "/vllm")
    try folder.write(script + "\n", to: "start.sh")
    let out = folder.file("out").path
    _ = try Program.run(
      #require(Program.find("bash")), ["start.sh"], in: folder.url,
      environment: ["PATH": bin + ":/usr/bin:/bin", "OUT": out, "LC_ALL": "C.UTF-8"])
    let written = (try? String(contentsOfFile: out, encoding: .utf8)) ?? ""
    let ran = written.split(separator: "\u{2}").map { words in
      words.split(separator: "\u{1}", omittingEmptySubsequences: false).dropFirst().dropLast()
        .map(String.init)
    }
    let found = Self.words(of: script).map { words in
      [words[0].split(separator: "/").last.map(String.init) ?? ""] + words.dropFirst()
    }
    // A server of a branch that does not run is found too.
    #expect(ran.allSatisfy(found.contains), "\(ran) is not in \(found)")
    #expect(found.count == ran.count || script.contains("else vllm") || script.contains("||"))
  }

  @Test(
    arguments: [
      ("vllm serve \"$1\" --port $PORT", ["vllm", "serve", "$1", "--port", "$PORT"], 2),
      (
        "vllm serve a --b \"$(cat key file)\"", ["vllm", "serve", "a", "--b", "$(cat key file)"], 1
      ),
      ("N=$((8 * 1024)); vllm serve a --n $N", ["vllm", "serve", "a", "--n", "8192"], 0),
      ("vllm serve a \"$@\" $EXTRA_ARGS \"${MORE[@]}\"", ["vllm", "serve", "a"], 0),
      ("for m in $LIST; do vllm serve \"$m\"; done", ["vllm", "serve", "$m"], 1),
      ("read -r M; vllm serve $M", ["vllm", "serve", "$M"], 1),
      ("vllm serve $HOME/m --x \"${PWD}/y\"", ["vllm", "serve", "$HOME/m", "--x", "$PWD/y"], 0),
      (
        "M=d; while getopts m: o; do case $o in m) M=$OPTARG;; esac; done; vllm serve $M",
        ["vllm", "serve", "d"], 0
      ),
      (
        "K=\"${K:-}\"; if [ -n \"$K\" ]; then A+=(--k \"$K\"); fi; vllm serve a \"${A[@]}\"",
        ["vllm", "serve", "a", "--k", "$K"], 1
      ),
    ] as [(String, [String], Int)])
  func `what a script does not show stays open`(text: String, words: [String], open: Int) throws {
    let server = try #require(
      CommandSource.servers(in: SourceFile(path: "start.sh", text: text)).first)
    #expect(server.command.map(\.value) == words)
    #expect(server.command.count { server.open.contains($0.range) } == open)
  }

  @Test(arguments: [
    "sudo -E -u me", "/usr/bin/env -u X", "numactl --cpunodebind=0 -m 0", "taskset -c 0-7",
    "chrt -f 50", "ionice -c 2 -n 0", "systemd-run --user -p A=B --unit x",
    "srun --gres=gpu:1 -N 1",
    "uv run --with vllm", "uvx --from vllm==0.31", "pipx run", "poetry run", "pixi run -e cuda",
    "conda run -n llm --no-capture-output", "micromamba run -p /x", "tini -s --", "dumb-init --",
    "tmux new -d -s llm", "screen -dmS llm", "ssh -p 22 gpu1", "time -p", "command", "xvfb-run -a",
    "gosu vllm",
  ])
  func `a server behind another program is found`(wrapper: String) {
    #expect(
      Self.words(of: wrapper + " vllm serve org/m --port 9000") == [
        ["vllm", "serve", "org/m", "--port", "9000"]
      ])
    #expect(Self.words(of: "X=1 nohup " + wrapper + " vllm serve org/m &").count == 1)
  }

  @Test(arguments: [
    "python -u -m", "python3.11 -m", "\"$PYTHON\" -m", "/opt/v/bin/python3 -X dev -m", "uv run -m",
  ])
  func `a module of Python is found`(python: String) {
    let words = Self.words(of: python + " sglang.launch_server --model-path org/m")
    #expect(words == [["python3", "-m", "sglang.launch_server", "--model-path", "org/m"]])
  }

  @Test(arguments: [
    "echo vllm serve a", "grep -r 'vllm serve' .", "pkill -f vllm serve", "pip install vllm",
    "man vllm serve", "command -v vllm serve", "cat > x <<EOF\nvllm serve a\nEOF",
    "timeout 5 echo vllm serve a", "vllm serve --help",
    "docker run -it vllm/vllm-openai:v0.31.0 --help",
    "docker run --entrypoint /bin/bash --rm -it vllm/vllm-openai:v0.31.0",
    "alias v='vllm serve a'", "sudo -u vllm ls", "# vllm serve a",
  ])
  func `no server is found where none starts`(text: String) {
    #expect(Self.words(of: text).isEmpty)
  }

  @Test func `servers of different branches are alternatives`() {
    func alternatives(_ text: String) -> [Bool] {
      CommandSource.servers(in: SourceFile(path: "start.sh", text: text)).map(\.isAlternative)
    }
    #expect(alternatives("if x; then vllm serve a; else vllm serve b; fi") == [true, true])
    #expect(alternatives("case $1 in a) vllm serve a;; b) vllm serve b;; esac") == [true, true])
    #expect(alternatives("if x; then exec vllm serve a; fi; vllm serve b") == [true, true])
    #expect(alternatives("if x; then vllm serve a; vllm serve b; fi") == [false, false])
    #expect(alternatives("a() { vllm serve a; }; b() { vllm serve b; }") == [true, true])
    #expect(alternatives("a() { vllm serve a; }; b() { vllm serve b; }; a; b") == [false, false])
  }

  /// Hostile scripts: each is read, in a time that grows with its size.
  @Test func `no script takes long or ends amm`() {
    let n = 3000
    let texts = [
      String(repeating: "(", count: n) + "vllm serve a", String(repeating: "$(", count: n),
      "vllm serve " + String(repeating: "${a:-", count: n),
      String(repeating: "if true; then ", count: n),
      "vllm serve " + String(repeating: "{a,b}", count: n),
      String(repeating: "bash -c '", count: n),
      "A=x\n" + String(repeating: "A=$A$A\n", count: 60) + "vllm serve $A",
      String(repeating: "A+=(b c)\n", count: n)
        + String(repeating: "vllm serve \"${A[@]}\"\n", count: n),
      "f() { f; f; }\nf\n" + (1..<40).map { "g\($0)() { g\($0 - 1); g\($0 - 1); }\n" }.joined()
        + "g39",
      String(repeating: "cat <<E\n", count: n),
      "vllm serve " + String(repeating: "`", count: n + 1),
      "vllm serve \"" + String(repeating: "\\\n", count: n), "vllm serve \\", "A=(", "a[",
      "vllm serve ${",
      "case x in", "case x in a", "f()", "for", "for ((", "[[ a", "vllm serve <(", "x <<", "`",
      "$'\\",
    ]
    for text in texts {
      _ = CommandSource.servers(in: SourceFile(path: "start.sh", text: text))
    }
  }
}
