"""What pyproject.toml cannot say: a wheel has the folders of data that lie beside the package.

Codes, forms, mappings and the demo's files are in it as `tidewaiter/shipped/…`, so that an installed program has them.
"""

from setuptools import find_packages, setup

SHIPPED = ("codes", "forms", "mappings", "demo")

setup(
    packages=[*find_packages(include=["tidewaiter*"]), *(f"tidewaiter.shipped.{name}" for name in SHIPPED)],
    package_dir={f"tidewaiter.shipped.{name}": name for name in SHIPPED},
    package_data={"": ["*"], "tidewaiter": ["**/*"]},
)
