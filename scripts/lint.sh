#!/bin/bash
# Checks what a compiler does not: formatting and documentation comments of Swift, syntax of scripts.
set -euo pipefail
cd "$(dirname "$0")/.."

swift format lint --strict --recursive --parallel Package.swift Sources Tests

for script in scripts/*.sh .ci/run; do
    bash -n "$script"
done

for script in deploy/debian/{preinst,postinst,prerm,postrm} deploy/systemd/prepare-queues; do
    sh -n "$script"
done

# Parsed, not compiled, so that no cache file appears beside the sources.
for script in scripts/*.py scripts/*/*.py; do
    [ -e "$script" ] || continue
    /usr/bin/python3 -c 'import ast, sys; ast.parse(open(sys.argv[1]).read(), sys.argv[1])' "$script"
done

echo "lint: clean"
