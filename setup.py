"""Tongban Kiosk (通办自助终端): what is installed, and which doors it opens.

Tool settings live in pyproject.toml. Drivers of this project come through the same entry point
group as the drivers of any maker; see docs/drivers.md.
"""

from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).parent
ROOMS = ("kiosk", "drivers", "screens")

setup(
    name="tongban-kiosk",
    version="0.1.0",
    description="Self-service terminal for cross-province government services (政务服务跨省通办)",
    long_description=(HERE / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    license_files=["LICENSE", "NOTICE"],
    python_requires=">=3.11",
    packages=find_packages(include=[f"{room}{below}" for room in ROOMS for below in ("", ".*")]),
    package_data={
        "kiosk": ["outbox/schema/*.sql", "platform/openapi.yaml", "sandbox/pages/*"],
    },
    install_requires=[
        "kivy==2.3.1",
        "pyserial>=3.5,<4",
        "pyscard>=2.3,<3",
        "opencv-python>=5.0,<6",
        "numpy>=2,<3",
        "python-escpos>=3.1,<4",
        "pillow>=11",
        "segno>=1.6,<2",
        "requests>=2.32,<3",
        "msgspec>=0.19",
        "cryptography>=45",
        "gmssl-fast>=0.1,<0.2",
        "typer>=0.15",
        "rich>=13",
        "platformdirs>=4",
        "fastapi>=0.115",
        "uvicorn>=0.30",
        "httptools>=0.6",
        "fonttools>=4.50",
    ],
    extras_require={
        "test": [
            "pytest>=8",
            "pytest-xdist>=3.6",
            "pytest-timeout>=2.3",
            "hypothesis>=6.100",
            "schemathesis>=4",
            "zxing-cpp>=2.2",
            "gmalg>=1.1",
            "import-linter>=2",
            "pyright[nodejs]>=1.1.390",
            "ruff>=0.6",
        ],
    },
    entry_points={
        "console_scripts": ["kiosk = kiosk.__main__:main"],
        "kiosk.drivers": [
            "sam-serial = drivers.resident_id.driver:DRIVER",
            "video-capture = drivers.document_camera.driver:DRIVER",
            "escpos = drivers.receipt_printer.driver:DRIVER",
        ],
    },
)
