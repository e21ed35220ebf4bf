# nianbao with its command line, flows and bundled reports. `compose.yaml` starts it with a Prefect server and a worker.
FROM python:3.12-slim

ENV PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    DO_NOT_TRACK=1

# The user owns /app/data, so that a new volume mounted there is writable.
RUN useradd --create-home --uid 1000 nianbao \
    && install --directory --owner=nianbao --group=nianbao /app /app/data /app/import /home/nianbao/.prefect
WORKDIR /app

# The lock also contains development packages, so it serves as a list of constraints: the same versions, fewer packages.
COPY --chown=nianbao:nianbao . .
RUN sed -nE 's/^([a-z0-9][a-z0-9._-]*==[^ ]+)( ;[^\\]*)?.*$/\1\2/p' requirements.lock > /tmp/constraints.txt \
    && pip install --constraint /tmp/constraints.txt --editable ".[dask]" \
    && rm /tmp/constraints.txt

USER nianbao
VOLUME ["/app/data"]
CMD ["nianbao", "--help"]
