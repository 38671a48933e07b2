# One image for web, worker, beat and manage.py commands; docker-compose.yml says which runs what.
FROM python:3.13-slim-bookworm AS packages
RUN pip install --no-cache-dir uv
WORKDIR /app
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-default-groups --no-cache

FROM python:3.13-slim-bookworm
# What WeasyPrint lays invoices out with, and fonts for Latin, Arabic and Devanagari.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-core \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --create-home tradeline && install -d -o tradeline /srv/media
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 MEDIA_ROOT=/srv/media
COPY --from=packages /app/.venv .venv
COPY . .
RUN python -m core.words --compile
# Collecting static files reads the settings but connects to nothing; these values stay in this one step.
RUN SECRET_KEY=build FIELD_ENCRYPTION_KEYS=build PUBLIC_BASE_URL=http://build \
    DATABASE_URL=postgres://build/build REDIS_URL=redis://build \
    python manage.py collectstatic --no-input --verbosity 0
USER tradeline
VOLUME /srv/media
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz/', timeout=4)"]
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "config.wsgi"]
