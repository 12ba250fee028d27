let f = n: f (n + 1) + 1; in { services.podman.containers.a.image = toString (f 0); }
