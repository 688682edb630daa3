"""The only code that knows Streamlit: navigation, the anatomy of a page, live views and controls, theme."""
