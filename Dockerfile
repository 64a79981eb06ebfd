# The image of the server, the one-shot set-up and the worker: Debian's Python, the locked packages, Apertium.
FROM debian:12.11-slim

ENV LANG=C.UTF-8 \
    PATH=/opt/babelwire/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    XDG_CACHE_HOME=/var/cache/babelwire \
    PYTHONDONTWRITEBYTECODE=1 \
    DO_NOT_TRACK=1 \
    PREFECT_SERVER_ANALYTICS_ENABLED=false

WORKDIR /srv/babelwire
COPY scripts/debian.sh scripts/install-engine.sh scripts/build-image.sh scripts/
COPY requirements.image.lock ./
RUN sh scripts/build-image.sh packages

COPY pyproject.toml README.md LICENSE prefect.yaml ./
COPY scripts/deploy.sh scripts/
COPY configs configs
COPY pipelines pipelines
COPY src src
RUN sh scripts/build-image.sh project

USER babelwire
CMD ["babelwire", "--help"]
