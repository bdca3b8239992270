#!/usr/bin/env bash
# Start a Celery worker as .env describes it:
#   scripts/start_worker.sh            until Ctrl-C
#   scripts/start_worker.sh --help     what else the worker takes; options are passed on to it
# Ctrl-C or SIGTERM: it takes no new task, finishes those at hand, and leaves. Twice: at once.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [[ ! -x .venv/bin/celery ]]; then
    echo "Chimera is not installed yet: run 'make demo' once." >&2
    exit 1
fi
exec .venv/bin/celery -A src.tasks.celery_app worker "$@"
