# One image for web, worker and scheduler. Nothing but the hash-pinned locks is installed; no compiler is needed.
FROM python:3.13-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 UV_PYTHON_DOWNLOADS=never UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy
WORKDIR /build
COPY requirements/installer.txt requirements/runtime.txt requirements/
RUN python -m venv /build/installer \
 && /build/installer/bin/pip install --quiet --require-hashes --only-binary :all: -r requirements/installer.txt \
 && python -m venv --without-pip /opt/sdwg \
 && /build/installer/bin/uv pip sync --no-cache --require-hashes --only-binary :all: \
      --python /opt/sdwg/bin/python requirements/runtime.txt

FROM python:3.13-slim-bookworm
RUN apt-get update \
 && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin sdwg \
 && install -d -o sdwg -g sdwg -m 0750 /data
ENV PATH=/opt/sdwg/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=sdwg.settings SDWG_DATA=/data SDWG_BIND=0.0.0.0:8000 \
    SDWG_STATIC=/app/static-collected XDG_CACHE_HOME=/tmp/cache
WORKDIR /app
COPY --from=build /opt/sdwg /opt/sdwg
COPY manage.py gunicorn.conf.py ./
COPY sdwg sdwg
COPY artefacts artefacts
COPY meetings meetings
COPY escalations escalations
COPY templates templates
COPY static static
# Settings are complete or refuse; these values exist in this one command only and reach no layer.
RUN SDWG_SECRET_KEY=build SDWG_AUDIT_KEY=build SDWG_HOSTS=build.invalid SDWG_URL=https://build.invalid \
    SDWG_MAIL_URL=smtp://build.invalid:587 SDWG_MAIL_FROM=build@build.invalid SDWG_DATA=/tmp/build \
    python manage.py collectstatic --noinput --verbosity 0
USER sdwg
VOLUME /data
EXPOSE 8000
# Asked by the name it answers to: any other host is refused.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 CMD ["python", "-c", \
  "import os, urllib.request as u; host = os.environ['SDWG_HOSTS'].split(',')[0].strip().lstrip('.'); \
u.urlopen(u.Request('http://127.0.0.1:8000/healthz', headers={'Host': host}), timeout=4)"]
CMD ["gunicorn", "--config", "gunicorn.conf.py"]
