"""The engine: exhibits, runs and the stream of their frames. Runs headless; knows nothing of Streamlit."""
