# docker build -t eigfit . && docker run --rm -p 8501:8501 eigfit
FROM python:3.13-slim

WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt

COPY .streamlit/ .streamlit/
COPY eigfit/ eigfit/
COPY pages/ pages/
COPY static/ static/
COPY app.py ./

# The app reads its folder and writes nothing there; what it compiles is kept in the user's home.
RUN useradd --create-home --uid 1000 visitor
USER visitor

ENV PORT=8501 PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    STREAMLIT_SERVER_HEADLESS=true STREAMLIT_SERVER_FILE_WATCHER_TYPE=none
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD \
    below=${STREAMLIT_SERVER_BASE_URL_PATH:+/$STREAMLIT_SERVER_BASE_URL_PATH}; python -c \
    "from urllib.request import urlopen; urlopen('http://localhost:$PORT$below/_stcore/health')"
CMD ["sh", "-c", "exec python -m streamlit run app.py --server.address=0.0.0.0 --server.port=$PORT"]
