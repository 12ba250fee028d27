extension ShellWrappers {
  /// The options of `ssh` that have a value (OpenSSH 10.0, ssh.c).
  static let ofSSH = Set(
    "BbcDEeFIiJLlmOoPpQRSWw".map { "-\($0)" })

  private static let ofUV =
    """
    -m! --with --with-editable --with-requirements --python -p --project --directory --env-file --extra \
    --group --only-group --no-group --package --index-url -i --index --default-index --extra-index-url \
    --find-links -f --prerelease --resolution --torch-backend --from --color --cache-dir --config-file \
    --python-platform --constraints -c --overrides --link-mode
    """

  private static let ofSrun =
    """
    -A -B -c -C -d -D -e -G -i -J -m -M -n -N -o -p -q -r -S -t -T -w -W -x --account --cpus-per-task \
    --constraint --chdir --error --gpus --gpus-per-node --gpus-per-task --gres --input --job-name --mem \
    --mem-per-cpu --mem-per-gpu --mpi --nodelist --nodes --ntasks --ntasks-per-node --output --partition \
    --qos --time --exclude --export --jobid --reservation --cpu-bind --container-image --container-mounts \
    --container-name --container-workdir
    """

  private static let ofSystemdRun =
    """
    -u -p -E -G -t -P -H -M --unit --property --setenv --slice --description --uid --gid --nice \
    --working-directory --host --machine --service-type --on-active --on-boot --on-startup \
    --on-unit-active --on-unit-inactive --on-calendar --timer-property --path-property \
    --socket-property --background
    """

  /// The wrappers that do not let the script wait, or that end the program.
  static let detaching: Set = ["tmux", "screen", "ssh", "systemd-run", "timeout", "flock"]

  /// The wrappers that choose processors, memory or a priority for the program.
  static let placing: Set = ["nice", "ionice", "numactl", "taskset", "chrt"]

  static let ofApptainer =
    """
    -B -H -W -S -e --bind --env --env-file --home --pwd --workdir --scratch --overlay --network --dns \
    --hostname --security --add-caps --drop-caps --mount --fusemount --app --memory --cpus
    """

  /// The wrappers by the name of the program.
  static let table: [String: Wrapper] = [
    "sudo": Wrapper(
      "-u -g -h -p -C -r -t -T -U -D -R -a --user --group --host --prompt --chdir --chroot --role --type",
      hasAssignments: true),
    "doas": Wrapper("-u -C -a", hasAssignments: true),
    "exec": Wrapper("-a"),
    "command": Wrapper(""),
    "builtin": Wrapper(""),
    "noglob": Wrapper(""),
    "nohup": Wrapper(""),
    "env": Wrapper("-u -C -a --unset --chdir --argv0", hasAssignments: true),
    "time": Wrapper("-f -o --format --output"),
    "nice": Wrapper("-n --adjustment"),
    "ionice": Wrapper("-c -n --class --classdata"),
    "numactl": Wrapper(
      "-i -p -m -N -C -w --interleave --preferred --membind --cpunodebind --physcpubind --preferred-many"
    ),
    "taskset": Wrapper("", operands: 1),
    "timeout": Wrapper("-s -k --signal --kill-after", operands: 1),
    "stdbuf": Wrapper("-i -o -e --input --output --error"),
    "unbuffer": Wrapper(""),
    "setsid": Wrapper(""),
    "chrt": Wrapper("-T -P -D", operands: 1),
    "flock": Wrapper("-w -E --timeout --conflict-exit-code", operands: 1),
    "gosu": Wrapper("", operands: 1),
    "su-exec": Wrapper("", operands: 1),
    "runuser": Wrapper("-u -g -G --user --group --supp-group"),
    "systemd-run": Wrapper(ofSystemdRun),
    "systemd-inhibit": Wrapper("--what --who --why --mode"),
    "srun": Wrapper(ofSrun),
    "uvx": Wrapper(ofUV),
    "uv": Wrapper(ofUV, verbs: ["run", "tool"]),
    "pipx": Wrapper("--spec --python --pip-args --index-url", verbs: ["run"]),
    "poetry": Wrapper("-C -P --directory --project", verbs: ["run"]),
    "pdm": Wrapper("-p --project", verbs: ["run"]),
    "rye": Wrapper("", verbs: ["run"]),
    "hatch": Wrapper("-e --env", verbs: ["run"]),
    "pipenv": Wrapper("", verbs: ["run"]),
    "pixi": Wrapper("-e --environment --manifest-path", verbs: ["run"]),
    "conda": Wrapper("-n -p --name --prefix --cwd", verbs: ["run"]),
    "mamba": Wrapper("-n -p --name --prefix --cwd", verbs: ["run"]),
    "micromamba": Wrapper("-n -p -r --name --prefix --root-prefix --cwd", verbs: ["run"]),
    "apptainer": Wrapper(ofApptainer, operands: 1, verbs: ["exec"]),
    "singularity": Wrapper(ofApptainer, operands: 1, verbs: ["exec"]),
    "toolbox": Wrapper("-c -d -r --container --distro --release", verbs: ["run"]),
    "tini": Wrapper("-e -p"),
    "dumb-init": Wrapper("-r --rewrite"),
    "catatonit": Wrapper(""),
    "caffeinate": Wrapper("-t -w"),
    "arch": Wrapper(""),
    "xvfb-run": Wrapper(
      "-e -f -n -p -s -w --error-file --auth-file --server-num --server-args --wait"),
  ]
}
