for i in $(seq 100); do HOME=/tmp/thirty "$1" validate p >/dev/null 2>&1; done
