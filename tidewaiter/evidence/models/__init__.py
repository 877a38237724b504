"""Exhibits and the events of their custody; seals; where things lie; inventories, scenes and disposals."""

from tidewaiter.evidence.models.custody import CustodyEvent as CustodyEvent
from tidewaiter.evidence.models.custody import Party as Party
from tidewaiter.evidence.models.custody import Seal as Seal
from tidewaiter.evidence.models.disposals import Disposal as Disposal
from tidewaiter.evidence.models.disposals import DisposalItem as DisposalItem
from tidewaiter.evidence.models.exhibits import Exhibit as Exhibit
from tidewaiter.evidence.models.exhibits import Look as Look
from tidewaiter.evidence.models.scenes import Checklist as Checklist
from tidewaiter.evidence.models.scenes import Scene as Scene
from tidewaiter.evidence.models.scenes import SceneStep as SceneStep
from tidewaiter.evidence.models.stores import Inventory as Inventory
from tidewaiter.evidence.models.stores import Scan as Scan
from tidewaiter.evidence.models.stores import Store as Store
