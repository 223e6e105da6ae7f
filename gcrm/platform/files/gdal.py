"""What GDAL may do in this process: read six kinds of file, each by the driver of its name, and nothing else.

GDAL looks at a file's content to choose among some 170 drivers. Some of them follow what the content names: other files
(VRT), other machines (WFS, HTTP), programs (GPSBabel). The drivers that no reader of ours needs are never registered,
whoever opens a file. `shut` must run before GDAL is loaded, so the package `gcrm` calls it first of all.

Source: GDAL manual, "Configuration options" (GDAL_SKIP, CPL_VSIL_CURL_ALLOWED_FILENAME) and the pages of the drivers.
"""

import os
from collections.abc import MutableMapping

ALLOWED = frozenset({"ESRI Shapefile", "FlatGeobuf", "GML", "GPKG", "GeoJSON", "LIBKML", "MEM"})
"""The drivers that stay. MEM holds what is being worked on and opens no file."""

_SKIPPED = (
    "ACE2,ADBC,ADRG,AIG,AAIGrid,AIVector,AVCBin,AVCE00,AirSAR,AmigoCloud,BMP,BSB,BT,BYN,CALS,CEOS,COASP,COG,COSAR,CPG,"
    "CSV,CSW,CTG,Carto,DAAS,DERIVED,DGN,DIMAP,DOQ1,DOQ2,DTED,DXF,ECRGTOC,EDIGEO,EEDA,EEDAI,EHdr,EIR,ENVI,ERS,ESAT,ESRIC,"
    "ESRIJSON,Elasticsearch,FAST,GDALG,GFF,GNMDatabase,GNMFile,GPSBabel,GPX,GRASSASCIIGrid,GRIB,GS7BG,GSAG,GSBG,GSC,GTFS,"
    "GTI,GTX,GTiff,GXF,GenBin,GeoJSONSeq,GeoRSS,HF2,HFA,HTTP,ILWIS,IRIS,ISCE,ISG,ISIS2,ISIS3,Idrisi,JAXAPALSAR,JDEM,JML,"
    "JPEG,JSONFG,KML,KMLSUPEROVERLAY,KRO,L1B,LAN,LCP,LIBERTIFF,LOSLAS,LVBAG,Leveller,MAP,MBTiles,MFF,MFF2,MRF,MSGN,MVT,"
    "MapInfo File,MapML,MiraMonRaster,MiraMonVector,NDF,NGSGEOID,NGW,NITF,NOAA_B,NSIDCbin,NTv2,NWT_GRC,NWT_GRD,OAPIF,"
    "ODS,OGCAPI,OGR_GMT,OGR_PDS,OGR_VRT,OSM,OpenFileGDB,PAux,PCIDSK,PCRaster,PDF,PDS,PDS4,PGDUMP,PLMOSAIC,PLSCENES,"
    "PMTiles,PNG,PNM,PRF,RCM,RIK,RMF,ROI_PAC,RPFTOC,RRASTER,RS2,RST,S57,SAFE,SAGA,SAR_CEOS,SENTINEL2,SIGDEM,SNAP_TIFF,"
    "SNODAS,SQLite,SRP,SRTMHGT,STACIT,STACTA,SXF,Selafin,TGA,TIL,TSX,Terragen,TopoJSON,USGSDEM,VDV,VFK,VICAR,VRT,WAsP,"
    "WCS,WFS,WMS,WMTS,XLSX,XYZ,ZMap,Zarr"
)
"""All others of the GDAL that pyogrio brings; a test compares the two."""

_OPTIONS = {
    "CPL_VSIL_CURL_ALLOWED_FILENAME": "none",  # /vsicurl/ and its kin open nothing
    "GDAL_DRIVER_PATH": "disable",  # no drivers from the folders of the system
    "GML_DOWNLOAD_SCHEMA": "NO",
    "GML_SKIP_RESOLVE_ELEMS": "ALL",
    "OGR_SQLITE_LOAD_EXTENSIONS": "NO",
    "OGR_SQLITE_ALLOW_EXTERNAL_ACCESS": "NO",
    "PROJ_NETWORK": "OFF",  # no grids of datum shifts from elsewhere
}


def shut(environment: MutableMapping[str, str] = os.environ) -> None:
    """Set what GDAL and PROJ read from the environment when they are loaded, for this process and its children."""
    given = environment.get("GDAL_SKIP", "")
    already = given.split(",") if "," in given else given.split()
    environment["GDAL_SKIP"] = ",".join(dict.fromkeys([*_SKIPPED.split(","), *already]))
    environment.update(_OPTIONS)
