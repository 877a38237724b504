"""The dashboard: figures of a period against another, goods, legs of routes."""
