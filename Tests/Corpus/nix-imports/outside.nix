{ x = builtins.readFile "/etc/passwd"; services.podman.containers.a.image = builtins.readFile /etc/hostname; }
