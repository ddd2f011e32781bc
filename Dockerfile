# One image for web, worker, beat and the migration job. Build: docker build -t fuyue .
FROM python:3.12-slim-bookworm AS packages
RUN python -m venv /opt/venv
COPY requirements.lock /tmp/requirements.lock
RUN /opt/venv/bin/pip install --no-cache-dir --require-hashes -r /tmp/requirements.lock

FROM python:3.12-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-noto-cjk \
    && rm -rf /var/lib/apt/lists/* \
    && fc-cache -f \
    && groupadd --gid 10001 fuyue \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /app --shell /usr/sbin/nologin fuyue \
    && install -d -o fuyue -g fuyue -m 0750 /srv/fuyue/files /srv/fuyue/beat
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    XDG_CACHE_HOME=/tmp/cache \
    STATIC_MANIFEST=1 \
    STORAGE_URL=file:///srv/fuyue/files
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY . /app
# The values below are for this one command: they reach neither the image's environment nor any server.
RUN key="$(head -c 32 /dev/urandom | base64)" \
    && SECRET_KEY="build-$key" FIELD_KEYS="build:$key" \
       DATABASE_URL=postgresql://nobody@localhost/none REDIS_URL=redis://localhost/0 \
       python manage.py collectstatic --noinput --verbosity 0
USER fuyue
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "deploy/probe.py", "livez"]
CMD ["gunicorn", "config.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
     "--workers", "2", "--threads", "4", "--worker-tmp-dir", "/dev/shm", "--no-control-socket", \
     "--max-requests", "2000", "--max-requests-jitter", "200", "--graceful-timeout", "30"]
